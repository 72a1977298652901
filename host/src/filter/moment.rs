use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use toml::value::{Date, Datetime, Time};

/// A date, or a time of one. A date alone is its first moment, as LiveCodeBench compares them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    date: Date,
    time: Time,
}

/// A text that is no [`Moment`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a date: write YYYY-MM-DD, or YYYY-MM-DDTHH:MM, without a time zone")]
pub struct MomentError;

const MIDNIGHT: Time = Time { hour: 0, minute: 0, second: Some(0), nanosecond: Some(0) };

impl FromStr for Moment {
    type Err = MomentError;

    /// Reads RFC 3339 without an offset.
    fn from_str(text: &str) -> Result<Self, MomentError> {
        match text.parse() {
            Ok(Datetime { date: Some(date), time, offset: None }) => {
                let time = time.unwrap_or(MIDNIGHT);
                let (second, nanosecond) = (time.second.or(Some(0)), time.nanosecond.or(Some(0)));
                Ok(Moment { date, time: Time { second, nanosecond, ..time } })
            }
            _ => Err(MomentError),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = Some(self.time)
            .filter(|time| *time != MIDNIGHT)
            .map(|time| Time { nanosecond: time.nanosecond.filter(|nanosecond| *nanosecond > 0), ..time });
        write!(f, "{}", Datetime { date: Some(self.date), time, offset: None })
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_its_first_moment() {
        assert_eq!(moment("2024-08-31"), moment("2024-08-31T00:00:00"));
        assert_eq!(moment("2024-08-31T00:00"), moment("2024-08-31 00:00:00.000"));
        let in_order =
            ["2023-12-31T23:59:59.9", "2024-01-01", "2024-01-01T00:00:00.1", "2024-01-01T18:30", "2024-02-01"];
        assert!(in_order.map(moment).is_sorted());
    }

    #[test]
    fn what_is_written_of_a_moment_is_read_as_it() {
        for text in ["2024-08-31", "2024-08-31T18:30:00", "2024-08-31T18:30:00.5"] {
            assert_eq!(moment(text).to_string(), text);
        }
        assert_eq!(serde_json::to_string(&moment("2024-02-29T00:00")).unwrap(), "\"2024-02-29\"");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "2024", "2024-8-1", "2024-02-30", "2023-02-29", "18:30:00", "2024-08-31T00:00:00Z", "May 2024"]
        {
            assert_eq!(text.parse::<Moment>(), Err(MomentError), "{text}");
        }
    }
}
