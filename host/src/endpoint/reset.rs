use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

/// The headers that say when a bucket of a rate limit is full again, each with the one that says what is left in it.
const BUCKETS: [(&str, &str); 7] = [
    ("x-ratelimit-reset-requests", "x-ratelimit-remaining-requests"),
    ("x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens"),
    ("anthropic-ratelimit-requests-reset", "anthropic-ratelimit-requests-remaining"),
    ("anthropic-ratelimit-tokens-reset", "anthropic-ratelimit-tokens-remaining"),
    ("anthropic-ratelimit-output-tokens-reset", "anthropic-ratelimit-output-tokens-remaining"),
    ("x-ratelimit-reset", "x-ratelimit-remaining"),
    ("ratelimit-reset", "ratelimit-remaining"),
];

/// How long until the server's rate limits let a request through: the longest wait of the buckets that are empty, or of
/// all where none says that it is.
pub(super) fn until_reset(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let waits: Vec<(Duration, bool)> = BUCKETS
        .iter()
        .filter_map(|(reset, remaining)| {
            let is_empty = text(remaining).and_then(|left| left.parse::<f64>().ok()).is_some_and(|left| left <= 0.0);
            Some((wait(text(reset)?, now)?, is_empty))
        })
        .collect();
    let any_empty = waits.iter().any(|(_, is_empty)| *is_empty);
    waits.into_iter().filter(|(_, is_empty)| *is_empty || !any_empty).map(|(wait, _)| wait).max()
}

/// The wait that a reset header tells: a span (`1s`, `6m0s`, `20ms`), a number of seconds, a time in seconds or
/// milliseconds since 1970, or a date (RFC 3339, or as in HTTP).
fn wait(text: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(number) = text.parse::<f64>() {
        return match number {
            // No wait is 30 years long: it is a time.
            n if n >= 1e12 => until(Duration::try_from_secs_f64(n / 1e3).ok()?, now),
            n if n >= 1e9 => until(Duration::try_from_secs_f64(n).ok()?, now),
            n => Duration::try_from_secs_f64(n).ok(),
        };
    }
    span(text).or_else(|| {
        let date =
            httpdate::parse_http_date(text).ok().and_then(|date| date.duration_since(SystemTime::UNIX_EPOCH).ok());
        until(date.or_else(|| rfc3339(text))?, now)
    })
}

fn until(since_1970: Duration, now: SystemTime) -> Option<Duration> {
    Some(SystemTime::UNIX_EPOCH.checked_add(since_1970)?.duration_since(now).unwrap_or_default())
}

/// A Go duration: numbers, each with its unit.
fn span(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let seconds = match &rest[..unit] {
            "d" => 86_400.0,
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        rest = &rest[unit..];
        sum = sum.checked_add(Duration::try_from_secs_f64(number * seconds).ok()?)?;
    }
    (!text.is_empty()).then_some(sum)
}

/// The time since 1970 of `2026-01-02T03:04:05.678Z` or with an offset such as `+01:00`.
fn rfc3339(text: &str) -> Option<Duration> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let mut time = time.splitn(3, ':');
    let (hour, minute) = (time.next()?.parse::<i64>().ok()?, time.next()?.parse::<i64>().ok()?);
    let second: f64 = time.next()?.parse().ok()?;
    let offset = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => 0,
        (sign, offset) => {
            let (hours, minutes) = offset.split_once(':')?;
            let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if sign == "-" { -minutes } else { minutes }
        }
    };
    let in_range = (1..=12).contains(&month) && (1..=31).contains(&day) && (1970..10_000).contains(&year);
    if !in_range || !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0.0..61.0).contains(&second) {
        return None;
    }
    let whole = (days_since_1970(year, month, day) * 24 + hour) * 3600 + (minute - offset) * 60;
    Duration::try_from_secs_f64(whole as f64 + second).ok()
}

/// Days from 1970-01-01 to a date of the Gregorian calendar: years begin in March, so that the leap day is their last.
/// <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn now() -> SystemTime {
        httpdate::parse_http_date("Sun, 01 Mar 2026 00:00:00 GMT").unwrap()
    }

    #[test]
    fn a_wait_is_understood_in_all_its_forms() {
        let epoch = now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        for (text, seconds) in [
            ("1s", Some(1.0)),
            ("6m0s", Some(360.0)),
            ("1h2m3.5s", Some(3723.5)),
            ("20ms", Some(0.02)),
            ("1d", Some(86_400.0)),
            ("59.7", Some(59.7)),
            ("0", Some(0.0)),
            (&format!("{}", epoch + 7), Some(7.0)),
            (&format!("{}", (epoch + 7) * 1000), Some(7.0)),
            ("2026-03-01T00:01:00Z", Some(60.0)),
            ("2026-03-01T01:01:00.500+01:00", Some(60.5)),
            ("2026-02-28T23:00:00-01:30", Some(1800.0)),
            ("2026-02-28T00:00:00Z", Some(0.0)),
            ("Sun, 01 Mar 2026 00:00:09 GMT", Some(9.0)),
            ("", None),
            ("soon", None),
            ("-1", None),
            ("5x", None),
            ("2026-13-01T00:00:00Z", None),
            ("2026-03-01T00:01:00", None),
        ] {
            let found = wait(text, now()).map(|wait| wait.as_secs_f64());
            assert!(
                match (found, seconds) {
                    (Some(found), Some(seconds)) => (found - seconds).abs() < 1e-3,
                    (found, seconds) => found == seconds,
                },
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn a_date_is_what_the_http_date_of_the_same_day_is() {
        for (http, iso) in [
            ("Thu, 29 Feb 2024 12:00:00 GMT", "2024-02-29T12:00:00Z"),
            ("Fri, 01 Mar 2024 00:00:00 GMT", "2024-03-01T00:00:00Z"),
            ("Tue, 31 Dec 2069 23:59:59 GMT", "2069-12-31T23:59:59Z"),
            ("Tue, 29 Feb 2000 00:00:01 GMT", "2000-02-29T00:00:01Z"),
        ] {
            let http = httpdate::parse_http_date(http).unwrap().duration_since(SystemTime::UNIX_EPOCH).unwrap();
            assert_eq!(rfc3339(iso), Some(http), "{iso}");
        }
    }

    #[test]
    fn the_empty_bucket_decides_and_without_one_the_slowest() {
        let until = |pairs: &[(&'static str, &'static str)]| {
            let pairs = pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v)));
            until_reset(&pairs.collect(), now()).map(|wait| wait.as_secs())
        };
        let (requests, tokens) = (("x-ratelimit-reset-requests", "8m0s"), ("x-ratelimit-reset-tokens", "6s"));
        assert_eq!(until(&[requests, tokens]), Some(480));
        assert_eq!(until(&[requests, tokens, ("x-ratelimit-remaining-tokens", "0")]), Some(6));
        assert_eq!(until(&[("anthropic-ratelimit-requests-reset", "2026-03-01T00:00:30Z")]), Some(30));
        assert_eq!(until(&[("x-ratelimit-remaining-tokens", "0")]), None);
    }
}
