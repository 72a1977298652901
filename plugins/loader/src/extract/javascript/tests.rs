use super::module::{Kind, Module};
use super::scan::scan;

fn kinds(text: &str) -> Vec<(Kind, String)> {
    let module = Module::parse(text);
    module.items.iter().map(|item| (item.kind, item.names.join(" "))).collect()
}

fn words(text: &str) -> Vec<&str> {
    scan(text).tokens.iter().map(|token| token.text).collect()
}

#[test]
fn brackets_in_strings_comments_templates_and_expressions_do_not_count() {
    for text in [
        "f('}', \"}\\\"}\", `}${ {a: `}`} }}`, /[}/]}/g) // }\n/* } */",
        "a = b / c; d = '}' / 2;",
        "return /}/.test(x)",
        "x = `${a}${`${b}`}`;",
        "'unfinished }\n\"too }\n",
    ] {
        let scan = scan(text);
        assert_eq!((scan.broken, scan.open), (None, 0), "{text}");
    }
    assert_eq!(scan("f() }").broken, Some(4));
    assert_eq!(scan("f({ [").open, 3);
    assert_eq!(scan("`${").open, 1);
}

#[test]
fn a_slash_is_a_division_after_an_operand() {
    assert_eq!(words("a / b / c"), ["a", "/", "b", "/", "c"]);
    assert_eq!(words("a = /b/g"), ["a", "=", "/b/g"]);
    assert_eq!(words("(a) / 2"), ["(", "a", ")", "/", "2"]);
    assert_eq!(words("typeof /a/"), ["typeof", "/a/"]);
    assert_eq!(words("x = / b\ny"), ["x", "=", "/", "b", "y"]);
}

#[test]
fn items_end_with_their_block_their_semicolon_or_their_line() {
    let text = "import a, { b as c } from 'm'\nconst f = (x) => {\n  return x\n}\nlet g = function () {\n};\n\
        function h(a: number): { b: number } {\n}\nasync function* i() {}\nclass J extends K {\n}\n\
        f(1)\n  .then(2)\nif (x) {\n} else {\n}\nvar k = 1,\n  l = [2]\ntype M = { n: number }\ninterface O {}\n\
        export const { p, q: [r] } = s;\nenum T { U }";
    let expected = [
        (Kind::Import, "a b c"),
        (Kind::Variable, "f"),
        (Kind::Variable, "g"),
        (Kind::Function, "h"),
        (Kind::Function, "i"),
        (Kind::Class, "J"),
        (Kind::Other, ""),
        (Kind::Other, ""),
        (Kind::Variable, "k l"),
        (Kind::Type, "M"),
        (Kind::Type, "O"),
        (Kind::Variable, "p q r"),
        (Kind::Type, "T"),
    ];
    assert_eq!(kinds(text), expected.map(|(kind, names)| (kind, names.to_owned())));
}

#[test]
fn hostile_texts_take_no_more_time_than_others() {
    for piece in
        ["[/", "`${", "/*", "'\\", "{", "}", "(", "export ", "function ", "=/", "\u{2028}", "é/", "a\n", "if(a)\n"]
    {
        let text = piece.repeat(300_000 / piece.len());
        assert!(Module::parse(&text).items.len() <= text.len());
    }
}
