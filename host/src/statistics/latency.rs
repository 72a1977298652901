use serde::Serialize;

/// How long the requests of one sample took, as the run file has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestTimes {
    /// From sending the request to the first token, in milliseconds; `None` when the answer did not stream.
    pub first_token_ms: Option<u64>,
    /// From sending the request to the answer's end, in milliseconds; `None` when nothing was requested.
    pub total_ms: Option<u64>,
    /// Tokens of the answer, where the server counted them.
    pub completion_tokens: Option<u64>,
}

/// How long a run's requests took: medians over its samples, waiting for a place in the queue left out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    /// To the first token, in milliseconds; null when no answer streamed.
    pub first_token_ms: Option<f64>,
    /// To the answer's end, in milliseconds.
    pub total_ms: f64,
    /// Tokens of one answer a second, over its whole time; null when the server counted none.
    pub tokens_per_second: Option<f64>,
}

impl Latency {
    /// The medians; `None` without any request.
    #[must_use]
    pub fn of(times: impl IntoIterator<Item = RequestTimes>) -> Option<Self> {
        let requested: Vec<RequestTimes> = times.into_iter().filter(|times| times.total_ms.is_some()).collect();
        let rate = |times: &RequestTimes| {
            let (tokens, total) = times.completion_tokens.zip(times.total_ms)?;
            (total > 0).then(|| tokens as f64 * 1e3 / total as f64)
        };
        Some(Latency {
            first_token_ms: median(requested.iter().filter_map(|times| times.first_token_ms.map(|ms| ms as f64))),
            total_ms: median(requested.iter().filter_map(|times| times.total_ms.map(|ms| ms as f64)))?,
            tokens_per_second: median(requested.iter().filter_map(rate)),
        })
    }
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[values.len() / 2 - 1], upper) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_leave_out_what_was_not_requested_or_not_counted() {
        let times =
            |first_token_ms, total_ms, completion_tokens| RequestTimes { first_token_ms, total_ms, completion_tokens };
        let all = [
            times(Some(10), Some(100), Some(50)),
            times(None, Some(300), None),
            times(Some(30), Some(200), Some(20)),
            times(Some(20), Some(0), Some(3)),
            RequestTimes::default(),
        ];
        let expected = Latency { first_token_ms: Some(20.0), total_ms: 150.0, tokens_per_second: Some(300.0) };
        assert_eq!(Latency::of(all), Some(expected));
        assert_eq!(Latency::of([RequestTimes::default()]), None);
    }
}
