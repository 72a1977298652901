use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use assay_api::{SuiteInfo, Task};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Condition, FilterError, Moment};

/// Which tasks are meant: those within a window of dates that have one of the wanted values in every named field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filters {
    /// The first moment of the window, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Moment>,
    /// The last moment of the window, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// The values that are wanted, by field.
    #[serde(default, rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    pub wanted: BTreeMap<String, BTreeSet<String>>,
}

impl Filters {
    /// The tasks in the window that meet the conditions: of those on one field any, of those on several fields each.
    #[must_use]
    pub fn new(since: Option<Moment>, until: Option<Moment>, conditions: &[Condition]) -> Self {
        let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for Condition { field, value } in conditions {
            wanted.entry(field.clone()).or_default().insert(value.clone());
        }
        Filters { since, until, wanted }
    }

    /// Whether all tasks are meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Filters::default()
    }

    /// Those of the suite's `tasks` that are meant, in their order; may be none.
    ///
    /// # Errors
    /// When the suite's tasks have no dates, or one has none, and a window was asked for; when the suite does not declare a field, or none of
    /// `tasks` has a value.
    pub fn select<'a>(&self, suite: &SuiteInfo, tasks: Vec<&'a Task>) -> Result<Vec<&'a Task>, FilterError> {
        self.check(suite, &tasks)?;
        let mut selected = Vec::new();
        for task in tasks {
            if self.is_in_window(suite, task)? && self.has_wanted(task) {
                selected.push(task);
            }
        }
        Ok(selected)
    }

    fn check(&self, suite: &SuiteInfo, tasks: &[&Task]) -> Result<(), FilterError> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until < since
        {
            return Err(FilterError::Reversed { since: since.to_string(), until: until.to_string() });
        }
        for (field, wanted) in &self.wanted {
            if !suite.filters.contains(field) {
                let (suite, known) = (suite.label(), suite.filters.join(", "));
                return Err(FilterError::UnknownField { suite, field: field.clone(), known });
            }
            let known: BTreeSet<String> = tasks.iter().flat_map(|task| values(task, field)).collect();
            if let Some(value) = wanted.iter().find(|value| !known.contains(*value)) {
                let (suite, known) = (suite.label(), listed(&known));
                return Err(FilterError::UnknownValue { suite, field: field.clone(), value: value.clone(), known });
            }
        }
        Ok(())
    }

    fn is_in_window(&self, suite: &SuiteInfo, task: &Task) -> Result<bool, FilterError> {
        let option = match (self.since, self.until) {
            (None, None) => return Ok(true),
            (Some(_), _) => "since",
            (None, Some(_)) => "until",
        };
        let Some(field) = &suite.date else {
            return Err(FilterError::NoDates { option, suite: suite.label() });
        };
        let value = task.at(field);
        let Some(date) = value.and_then(Value::as_str).and_then(|text| text.parse::<Moment>().ok()) else {
            let found = value.map_or("missing".to_owned(), |value| cut(&value.to_string()));
            let (suite, task_id) = (suite.label(), task.id.clone());
            return Err(FilterError::Undated { option, suite, task_id, field: field.clone(), found });
        };
        Ok(self.since.is_none_or(|since| since <= date) && self.until.is_none_or(|until| date <= until))
    }

    fn has_wanted(&self, task: &Task) -> bool {
        self.wanted.iter().all(|(field, wanted)| values(task, field).iter().any(|value| wanted.contains(value)))
    }
}

/// As the options that ask for it.
impl fmt::Display for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.since.iter().map(|since| format!("--since {since}"));
        let until = self.until.iter().map(|until| format!("--until {until}"));
        let wanted = self
            .wanted
            .iter()
            .flat_map(|(field, values)| values.iter().map(move |value| format!("--where {field}={value}")));
        let options: Vec<String> = since.chain(until).chain(wanted).collect();
        f.write_str(&options.join(" "))
    }
}

/// What a task has in a field: a list has each of its elements.
fn values(task: &Task, field: &str) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    match task.at(field) {
        Some(Value::Array(list)) => list.iter().filter_map(text).collect(),
        Some(value) => text(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The values, as many as can be read.
fn listed(values: &BTreeSet<String>) -> String {
    const SHOWN: usize = 20;
    if values.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<String> = values.iter().take(SHOWN).map(|value| cut(value)).collect();
    let more = if values.len() > SHOWN { format!(" and {} more", values.len() - SHOWN) } else { String::new() };
    shown.join(", ") + &more
}

fn cut(text: &str) -> String {
    const LONGEST: usize = 60;
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn info(date: Option<&str>, filters: &[&str]) -> SuiteInfo {
        let json = json!({
            "id": "s", "version": "1", "title": "T", "licence": "MIT", "languages": ["python"], "runtimes": ["python"],
            "grading": "values", "date": date, "filters": filters,
        });
        serde_json::from_value(json).unwrap()
    }

    fn task(id: &str, fields: Value) -> Task {
        let Value::Object(fields) = fields else { panic!("fields are an object") };
        Task { id: id.into(), subset: String::new(), fields }
    }

    fn tasks() -> Vec<Task> {
        let fields =
            |date: &str, level: &str, tags: Value| json!({ "of": { "date": date }, "level": level, "tags": tags });
        vec![
            task("a", fields("2024-01-31", "easy", json!(["graph", "dp"]))),
            task("b", fields("2024-02-01T00:00:00", "hard", json!(["dp"]))),
            task("c", fields("2024-02-29T18:30:00", "easy", json!([]))),
            task("d", fields("2024-02-29", "medium", json!([7, true]))),
        ]
    }

    fn filters(since: Option<&str>, until: Option<&str>, conditions: &[&str]) -> Filters {
        let moment = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        let conditions: Vec<Condition> = conditions.iter().map(|text| text.parse().unwrap()).collect();
        Filters::new(moment(since), moment(until), &conditions)
    }

    fn selected(filters: &Filters, tasks: &[Task]) -> Result<String, FilterError> {
        let info = info(Some("of.date"), &["level", "tags"]);
        Ok(filters.select(&info, tasks.iter().collect())?.iter().map(|task| task.id.as_str()).collect())
    }

    #[test]
    fn a_window_has_both_its_ends_and_a_date_is_its_first_moment() {
        let windows = [
            (None, None, "abcd"),
            (Some("2024-02-01"), None, "bcd"),
            (None, Some("2024-02-01"), "ab"),
            (Some("2024-02-01"), Some("2024-02-29"), "bd"),
            (Some("2024-02-29T18:30"), None, "c"),
            (None, Some("2024-02-29T18:30"), "abcd"),
            (Some("2025-01-01"), None, ""),
        ];
        for (since, until, expected) in windows {
            assert_eq!(selected(&filters(since, until, &[]), &tasks()).unwrap(), expected, "{since:?} {until:?}");
        }
    }

    #[test]
    fn values_of_one_field_add_tasks_and_fields_leave_some_out() {
        let cases: [(&[&str], &str); 5] = [
            (&["level=easy"], "ac"),
            (&["level=easy", "level=hard"], "abc"),
            (&["level=easy", "tags=dp"], "a"),
            (&["tags=7"], "d"),
            (&["tags=true"], "d"),
        ];
        for (conditions, expected) in cases {
            assert_eq!(selected(&filters(None, None, conditions), &tasks()).unwrap(), expected, "{conditions:?}");
        }
    }

    #[test]
    fn what_cannot_be_asked_of_a_suite_is_said() {
        let said = |filters: &Filters, info: &SuiteInfo, tasks: &[Task]| {
            filters.select(info, tasks.iter().collect()).unwrap_err().to_string()
        };
        let (dated, plain) = (info(Some("of.date"), &["level"]), info(None, &[]));
        let since = filters(Some("2024-01-01"), None, &[]);
        assert_eq!(said(&since, &plain, &tasks()), "--since: the tasks of s have no dates");
        let mut undated = tasks();
        undated.push(task("e", json!({ "of": { "date": "May 2024" } })));
        let message = "--since: task e of s has no date: its field `of.date` is \"May 2024\"";
        assert_eq!(said(&since, &dated, &undated), message);
        undated[4] = task("e", json!({}));
        let until = filters(None, Some("2024-01-01"), &[]);
        assert_eq!(said(&until, &dated, &undated), "--until: task e of s has no date: its field `of.date` is missing");
        let reversed = filters(Some("2024-01-02"), Some("2024-01-01"), &[]);
        assert_eq!(said(&reversed, &dated, &tasks()), "--until 2024-01-01 is before --since 2024-01-02");
        let tags = filters(None, None, &["tags=dp"]);
        assert_eq!(said(&tags, &dated, &tasks()), "--where tags: tasks of s can be chosen by level");
        assert_eq!(said(&tags, &plain, &tasks()), "--where tags: s declares no fields to choose tasks by");
        let unknown = filters(None, None, &["level=esy"]);
        let message = "--where level=esy: no task of s has that; there are easy, hard, medium";
        assert_eq!(said(&unknown, &dated, &tasks()), message);
    }

    #[test]
    fn filters_are_kept_as_they_were_asked_for_whatever_the_order() {
        let one = filters(Some("2024-02-01"), None, &["tags=dp", "level=easy", "level=hard"]);
        let other = filters(Some("2024-02-01T00:00"), None, &["level=hard", "level=easy", "level=hard", "tags=dp"]);
        assert_eq!(one, other);
        assert_eq!(one.to_string(), "--since 2024-02-01 --where level=easy --where level=hard --where tags=dp");
        let json = serde_json::to_value(&one).unwrap();
        assert_eq!(json, json!({ "since": "2024-02-01", "where": { "level": ["easy", "hard"], "tags": ["dp"] } }));
        assert_eq!(serde_json::from_value::<Filters>(json).unwrap(), one);
    }

    proptest! {
        #[test]
        fn two_windows_that_meet_hold_what_the_whole_one_does(days in proptest::collection::vec(1_u8..29, 0..20), cut in 1_u8..28) {
            let day = |day: u8| format!("2024-02-{day:02}");
            let tasks: Vec<Task> =
                days.iter().enumerate().map(|(n, d)| task(&n.to_string(), json!({ "of": { "date": day(*d) } }))).collect();
            let count = |since: Option<&str>, until: Option<&str>| {
                let info = info(Some("of.date"), &[]);
                filters(since, until, &[]).select(&info, tasks.iter().collect()).unwrap().len()
            };
            let (before, after) = (count(None, Some(&day(cut))), count(Some(&day(cut + 1)), None));
            prop_assert_eq!(before + after, tasks.len());
        }
    }
}
