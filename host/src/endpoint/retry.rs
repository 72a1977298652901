use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

/// How often, and after what pauses, a request that failed for a passing reason is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries after the first. Default 5.
    pub max_retries: u32,
    /// The pause before the first retry; it doubles with each further one. Default 500 ms.
    pub base_delay: Duration,
    /// The longest pause. Default 30 s.
    pub max_delay: Duration,
    /// The longest pause that a server's `Retry-After` may ask for. Default 120 s.
    pub max_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            max_retries: 5,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(30),
            max_retry_after: Duration::from_secs(120),
        }
    }
}

impl RetryPolicy {
    /// Retries at once, for tests: `max_retries` of them, whatever the server asks for.
    #[must_use]
    pub fn immediate(max_retries: u32) -> Self {
        RetryPolicy {
            max_retries,
            base_delay: Duration::ZERO,
            max_delay: Duration::ZERO,
            max_retry_after: Duration::ZERO,
        }
    }

    /// The pause before retry number `retry` (from 1). `jitter`, from 0 to 1, spreads clients that failed together
    /// over the upper half of the pause, and over a tenth beyond what the server asked for.
    pub(super) fn pause(&self, retry: u32, retry_after: Option<Duration>, jitter: f64) -> Duration {
        if let Some(asked) = retry_after {
            return asked.mul_f64(1.0 + 0.1 * jitter).min(self.max_retry_after);
        }
        let doubled = 2_u32.checked_pow(retry.saturating_sub(1)).and_then(|f| self.base_delay.checked_mul(f));
        doubled.unwrap_or(self.max_delay).min(self.max_delay).mul_f64(0.5 + 0.5 * jitter)
    }
}

/// The pause that a server asks for: `retry-after-ms`, or `retry-after` in seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number =
        |name: &str, unit: f64| text(name)?.parse().ok().and_then(|n: f64| Duration::try_from_secs_f64(n * unit).ok());
    // A century is as good as any longer pause, and safe to calculate with.
    const LONGEST: Duration = Duration::from_secs(100 * 365 * 86_400);
    number("retry-after-ms", 1e-3)
        .or_else(|| number("retry-after", 1.0))
        .or_else(|| {
            let date = httpdate::parse_http_date(text("retry-after")?).ok()?;
            Some(date.duration_since(now).unwrap_or_default())
        })
        .map(|pause| pause.min(LONGEST))
}

/// The server's own word on whether to try again: `x-should-retry`.
pub(super) fn should_retry(headers: &HeaderMap) -> Option<bool> {
    headers.get("x-should-retry")?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use proptest::prelude::*;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    use super::{RetryPolicy, retry_after, should_retry};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn retry_after_is_understood_in_its_three_forms() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        for (pairs, pause) in [
            (&[("retry-after", "7")][..], Some(Duration::from_secs(7))),
            (&[("retry-after", "0.25")], Some(Duration::from_millis(250))),
            (&[("retry-after-ms", "1500"), ("retry-after", "9")], Some(Duration::from_millis(1500))),
            (&[("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")], Some(Duration::from_secs(60))),
            (&[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")], Some(Duration::ZERO)),
            (&[("retry-after", "-3")], None),
            (&[("retry-after", "NaN")], None),
            (&[("retry-after", "soon")], None),
            (&[], None),
        ] {
            assert_eq!(retry_after(&headers(pairs), now), pause, "{pairs:?}");
        }
        let forever = retry_after(&headers(&[("retry-after", "1e18")]), SystemTime::now());
        assert!(RetryPolicy::default().pause(1, forever, 1.0) == Duration::from_secs(120));
    }

    #[test]
    fn the_server_has_the_last_word_on_retries() {
        assert_eq!(should_retry(&headers(&[("x-should-retry", "false")])), Some(false));
        assert_eq!(should_retry(&headers(&[("x-should-retry", "maybe")])), None);
    }

    proptest! {
        #[test]
        fn pauses_grow_and_stay_within_their_bounds(retry in 1_u32..200, jitter in 0.0..=1.0) {
            let policy = RetryPolicy::default();
            let pause = policy.pause(retry, None, jitter);
            prop_assert!(pause >= policy.base_delay / 2 && pause <= policy.max_delay);
            prop_assert!(policy.pause(retry + 1, None, 0.0) >= policy.pause(retry, None, 0.0));
        }
    }
}
