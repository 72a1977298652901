use assay_api::{Candidate, Entry, Limits, Program, SourceFile};

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn program() -> Program {
    Program {
        runtime: "python".to_owned(),
        files: vec![SourceFile { path: "main.py".to_owned(), text: "pass".to_owned() }],
        entry: Entry::script("main.py"),
        stdin: String::new(),
        limits: Limits::default(),
        seed: 7,
    }
}

fn door() -> Door {
    opened(&program())
}

fn opened(program: &Program) -> Door {
    let side = Side::of(program).expect("the entry exists");
    Door::new(&side, false, SECRET.to_owned()).expect("messages can be encoded")
}

fn bytes(answer: Answer) -> Option<Vec<u8>> {
    match answer {
        Answer::Bytes(bytes) => Some(bytes),
        Answer::Silence => None,
        other => panic!("{other:?}"),
    }
}

fn report(secret: &str, json: &str) -> Vec<u8> {
    format!("r{secret}{json}").into_bytes()
}

#[test]
fn everything_is_given_once() {
    let mut program = program();
    program.files.push(SourceFile { path: "tests.py".to_owned(), text: "assert True".to_owned() });
    program.entry = Entry::tests("main.py", "tests.py");
    let mut door = opened(&program);
    let message = bytes(door.answer(b"p")).expect("a program");
    assert!(!String::from_utf8_lossy(&message).contains("assert True"), "the tests come later");
    assert_eq!(bytes(door.answer(b"s")).as_deref(), Some(SECRET.as_bytes()));
    assert!(bytes(door.answer(b"t")).is_some_and(|tests| String::from_utf8_lossy(&tests).contains("assert True")));
    for message in [b"p", b"s", b"t"] {
        assert_eq!(door.answer(message), Answer::Silence);
    }
}

#[test]
fn the_seed_is_used_once_it_was_told() {
    let mut door = door();
    assert!(!door.seed_used());
    assert_eq!(door.answer(b"d"), Answer::Bytes(b"7".to_vec()));
    assert!(door.seed_used());
}

#[test]
fn nothing_can_be_installed_through_a_programs_door() {
    let mut door = door();
    assert_eq!(door.answer(b"e4"), Answer::Silence);
    assert_eq!(door.answer(b"i\0\0\0\0"), Answer::Silence);
    assert_eq!(door.take_argument(), None);
    let mut installing = Door::installing(|_, _| Ok(()));
    assert_eq!(installing.answer(b"i\0\0\0\0"), Answer::Immortal(vec![0; 4]));
    assert_eq!(installing.answer(b"e4294967295"), Answer::Bytes(Vec::new()));
    assert_eq!(installing.take_argument(), Some(-1));
}

#[test]
fn a_script_has_no_tests() {
    assert_eq!(door().answer(b"t"), Answer::Silence);
}

#[test]
fn a_report_without_the_secret_is_not_believed() {
    let mut door = door();
    assert_eq!(door.answer(&report(&"0".repeat(32), r#"{"end":"exit","code":0}"#)), Answer::Silence);
    assert_eq!(door.answer(b"r"), Answer::Silence);
    assert_eq!(door.take_report(), None);
}

#[test]
fn the_first_report_stands() {
    let mut door = door();
    assert_eq!(door.answer(&report(SECRET, r#"{"end":"exit","code":3}"#)), Answer::Bytes(Vec::new()));
    assert_eq!(door.answer(&report(SECRET, r#"{"end":"exit","code":0}"#)), Answer::Silence);
    assert_eq!(door.take_report().map(|r| r.status), Some(Status::Completed { exit_code: 3 }));
}

#[test]
fn malformed_messages_get_no_answer() {
    let mut door = door();
    for message in [
        &b""[..],
        b"x",
        b">",
        b">-1",
        b"+1",
        b"+1:",
        b"+:1",
        b"-x",
        b"+1:99999999999",
        b"pp",
        &report(SECRET, "{"),
        &report(SECRET, r#"{"end":"party"}"#),
    ] {
        assert_eq!(door.answer(message), Answer::Silence);
    }
}

#[test]
fn what_is_wanted_of_threads_is_understood() {
    for (message, question) in [
        (&b"+3:4000000000"[..], Question::Spawn(3, 4_000_000_000_u32.cast_signed())),
        (b">0", Question::Switch(0)),
        (b"-12", Question::Successor(12)),
    ] {
        assert_eq!(door().answer(message), Answer::Outside(question));
        let mut preparing = Door::preparing(("t.py", ""), &[], SECRET.to_owned()).expect("it can be encoded");
        assert_eq!(preparing.answer(message), Answer::Silence);
    }
}

#[test]
fn only_two_instances_have_somebody_outside() {
    assert_eq!(door().answer(b"chello"), Answer::Silence);
    assert_eq!(door().answer(b"nhello"), Answer::Silence);
    let candidate = Candidate {
        files: program().files,
        path: "main.py".into(),
        functions: false,
        stdin: String::new(),
        limits: Limits::default(),
    };
    let entry = Entry::Judged { judge: "main.py".to_owned(), candidate: Box::new(candidate.clone()) };
    let mut judge = opened(&Program { entry, ..program() });
    assert!(matches!(judge.answer(b"chello"), Answer::Outside(Question::Message(message)) if message == b"hello"));
    assert_eq!(judge.answer(b"nhello"), Answer::Silence);
    assert_eq!(judge.answer(&[b'c'; MAX_MESSAGE_BYTES + 2]), Answer::Silence);
    let side = Side::of_candidate(&candidate, 0).expect("the file exists");
    let mut door = Door::new(&side, false, SECRET.to_owned()).expect("it can be encoded");
    assert!(matches!(door.answer(b"n"), Answer::Outside(Question::Message(message)) if message.is_empty()));
    assert_eq!(door.answer(b"chello"), Answer::Silence);
}
