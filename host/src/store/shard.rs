use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One of several parts that a suite's tasks are dealt into, so that several machines can work on them.
///
/// The task at position `p` of its suite, from 0, belongs to part `p % of + 1`, whatever else is selected; so a task
/// has its part as long as its suite is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    index: u32,
    of: u32,
}

/// A text that is no shard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a part and the number of parts such as 2/3, the first one being 1")]
pub struct ShardError;

impl Shard {
    /// Whether the task at this position of its suite, from 0, belongs to it.
    #[must_use]
    pub fn contains(&self, ordinal: u32) -> bool {
        ordinal % self.of == self.index - 1
    }

    /// All parts, this one included.
    pub fn all(&self) -> impl Iterator<Item = Shard> {
        let of = self.of;
        (1..=of).map(move |index| Shard { index, of })
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (index, of) = text.split_once('/').ok_or(ShardError)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| ShardError);
        let shard = Shard { index: number(index)?, of: number(of)? };
        if (1..=shard.of).contains(&shard.index) { Ok(shard) } else { Err(ShardError) }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl TryFrom<String> for Shard {
    type Error = ShardError;

    fn try_from(text: String) -> Result<Self, ShardError> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_task_is_in_exactly_one_part_and_parts_differ_by_one_task_at_most(of in 1..50_u32, tasks in 0..500_u32) {
            let shard: Shard = format!("1/{of}").parse().unwrap();
            let sizes: Vec<usize> = shard.all().map(|part| (0..tasks).filter(|p| part.contains(*p)).count()).collect();
            prop_assert_eq!(sizes.len(), of as usize);
            prop_assert_eq!(sizes.iter().sum::<usize>(), tasks as usize);
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
            for position in 0..tasks {
                prop_assert_eq!(shard.all().filter(|part| part.contains(position)).count(), 1);
            }
        }
    }

    #[test]
    fn only_a_part_of_a_whole_is_a_shard() {
        for text in ["", "1", "0/3", "4/3", "1/0", "a/b", "1/2/3", "-1/3", "1 / 3"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        let shard: Shard = serde_json::from_str("\"2/3\"").unwrap();
        assert_eq!(serde_json::to_string(&shard).unwrap(), "\"2/3\"");
    }
}
