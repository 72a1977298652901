//! What a completion is made of, whatever the answer looks like.

use assay::endpoint::{Endpoint, EndpointConfig, ErrorKind, Finish, Provider, Sampling};
use assay::mock::{Answer, Call, MockServer, Quirk};
use assay_api::Request;
use serde_json::Value;

use crate::support::{TEXT, ask, block_on, chat, config, exchange, text};

#[test]
fn a_completion_arrives_whole_by_chat_and_by_text_with_and_without_a_stream() {
    for request in [chat("hi"), text("hi")] {
        for stream in [true, false] {
            let answer = Answer::text(TEXT).with_finish(Finish::Length);
            let (completion, requests) = exchange(&answer, &request, stream);
            let completion = completion.unwrap();
            assert_eq!((completion.text.as_str(), &completion.finish, completion.attempts), (TEXT, &Finish::Length, 1));
            assert_eq!(completion.reasoning, None);
            assert_eq!(completion.usage.map(|u| u.completion_tokens), Some(TEXT.chars().count().div_ceil(4) as u64));
            assert_eq!(completion.latency.first_token.is_some(), stream);
            assert_eq!(requests, 1);
        }
    }
}

#[test]
fn every_quirk_is_a_proper_answer() {
    let quirks = [
        Quirk::PlainJson,
        Quirk::CrLf,
        Quirk::Cr,
        Quirk::KeepAlives,
        Quirk::ByteOrderMark,
        Quirk::NoSpace,
        Quirk::NoLastBlankLine,
        Quirk::NoDone,
        Quirk::ByteByByte,
        Quirk::Gzip,
        Quirk::NoContentType,
        Quirk::NoUsage,
        Quirk::NullChoices,
        Quirk::BreakAfterFinish,
    ];
    let combinations = [
        vec![Quirk::ByteByByte, Quirk::ByteOrderMark, Quirk::CrLf, Quirk::KeepAlives, Quirk::NoLastBlankLine],
        vec![Quirk::ByteByByte, Quirk::PlainJson, Quirk::NoContentType],
        vec![Quirk::NoDone, Quirk::NoLastBlankLine, Quirk::Cr, Quirk::NoSpace],
        vec![Quirk::Gzip, Quirk::PlainJson],
    ];
    for quirks in quirks.into_iter().map(|quirk| vec![quirk]).chain(combinations) {
        for request in [chat("hi"), text("hi")] {
            for stream in [true, false] {
                let answer = Answer::text(TEXT).with_quirks(quirks.clone());
                let (completion, requests) = exchange(&answer, &request, stream);
                let completion = completion.unwrap_or_else(|e| panic!("{quirks:?}: {e}"));
                assert_eq!((completion.text.as_str(), completion.finish), (TEXT, Finish::Stop), "{quirks:?}");
                assert_eq!(completion.usage.is_none(), quirks.contains(&Quirk::NoUsage), "{quirks:?}");
                assert_eq!(requests, 1, "{quirks:?}");
            }
        }
    }
}

#[test]
fn a_text_ends_before_the_earliest_stop_string_even_if_the_server_ignores_it() {
    for stream in [true, false] {
        let answer = Answer::text("    return 1\n\ndef g():\nclass C").with_finish(Finish::Length);
        let stop = ["\nclass", "\ndef", "never"].map(str::to_owned).to_vec();
        let (completion, _) = exchange(&answer, &Request { stop, ..text("def f():\n") }, stream);
        let completion = completion.unwrap();
        assert_eq!((completion.text.as_str(), completion.finish), ("    return 1\n", Finish::Stop));
    }
}

#[test]
fn reasoning_never_ends_up_in_the_text() {
    let inline = Answer::text("<think>hm\nhm</think>\n\ncode");
    let unclosed = Answer::text("<think>code").with_finish(Finish::Length);
    let apart = Answer { reasoning: Some("hm\nhm".into()), ..Answer::text("code") };
    for stream in [true, false] {
        for (answer, text, reasoning) in
            [(&inline, "code", "hm\nhm"), (&unclosed, "", "code"), (&apart, "code", "hm\nhm")]
        {
            let (completion, _) = exchange(answer, &chat("hi"), stream);
            let completion = completion.unwrap();
            assert_eq!((completion.text.as_str(), completion.reasoning.as_deref()), (text, Some(reasoning)));
        }
    }
}

/// Asks once for `n` completions at temperature 0.8, then for one more with the same endpoint.
fn several(answer: Answer, n: u32) -> (Vec<String>, u32, u64) {
    let server = MockServer::start(move |_: &Call| answer.clone()).unwrap();
    let endpoint = Endpoint::new(config(&server)).unwrap();
    let sampling = Sampling { temperature: Some(0.8), ..Sampling::default() };
    let (first, second) = block_on(async {
        let first = endpoint.complete_several(&text("hi"), &sampling, Some(1), n).await.unwrap();
        (first, endpoint.complete_several(&text("hi"), &sampling, Some(2), n).await.unwrap())
    });
    let counted: Vec<bool> = first.iter().map(|completion| completion.usage.is_some()).collect();
    assert!(counted[0] && !counted[1..].contains(&true), "the request's tokens are counted once");
    (first.into_iter().map(|c| c.text).collect(), second.len() as u32, server.requests())
}

#[test]
fn several_completions_come_from_one_request_where_the_server_gives_different_ones() {
    let choices =
        |more: &[&str]| Answer { choices: more.iter().map(|text| (*text).to_owned()).collect(), ..Answer::text("a") };
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(several(choices(&["b", "c"]), 3), (texts(&["a", "b", "c"]), 3, 2));
    assert_eq!(several(choices(&["b"]), 3), (texts(&["a"]), 1, 2), "fewer");
    assert_eq!(several(choices(&["a", "a"]), 3), (texts(&["a"]), 1, 2), "all the same");
    assert_eq!(several(choices(&[]), 3), (texts(&["a"]), 1, 2), "a server that does not know n");
}

#[test]
fn log_probabilities_arrive_by_both_apis_with_and_without_a_stream() {
    for request in [chat("hi"), text("hi")] {
        for stream in [true, false] {
            let server = MockServer::start(|_: &Call| Answer::text("some text")).unwrap();
            let endpoint = Endpoint::new(EndpointConfig { stream, ..config(&server) }).unwrap();
            let sampling = Sampling { logprobs: Some(0), ..Sampling::default() };
            let completion = block_on(endpoint.complete(&request, &sampling, None)).unwrap();
            let tokens: Vec<Value> = serde_json::from_str(&completion.logprobs.unwrap()).unwrap();
            let texts: String = tokens.iter().filter_map(|token| token["token"].as_str()).collect();
            assert_eq!((texts.as_str(), tokens[0]["logprob"].as_f64()), ("some text", Some(-0.5)));
        }
    }
}

#[test]
fn a_prompt_that_the_server_cut_without_a_word_is_a_context_overflow() {
    let prose = "It returns the sum of its arguments. ".repeat(1000);
    for (provider, prompt_tokens, is_cut) in [
        (Provider::Ollama, 4096, true),
        (Provider::Ollama, 9000, false),
        (Provider::Other, 2048, true),
        (Provider::Other, 9000, false),
    ] {
        let answer = Answer { prompt_tokens: Some(prompt_tokens), ..Answer::text("x") };
        let server = MockServer::start(move |_: &Call| answer.clone()).unwrap();
        let result = ask(EndpointConfig { provider, ..config(&server) }, &chat(&prose));
        assert_eq!(result.as_ref().err().map(|e| e.kind), is_cut.then_some(ErrorKind::ContextOverflow), "{result:?}");
        assert_eq!(server.requests(), 1);
    }
}
