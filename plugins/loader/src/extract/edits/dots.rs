//! Blocks that leave lines out with `...`, as aider's `try_dotdotdots` reads them.

/// `lines` with each piece between lines of `...` replaced; `None` where there are no such lines, they are not the same in both
/// parts, or a piece is not in the text exactly once.
pub(super) fn replaced(lines: &[String], search: &[&str], replace: &[&str]) -> Option<Vec<String>> {
    let (search, replace) = (pieces(search), pieces(replace));
    if search.len() != replace.len() || search.len() == 1 {
        return None;
    }
    let is_dots = |at: &usize| at % 2 == 1;
    if (0..search.len()).filter(is_dots).any(|at| search[at] != replace[at]) {
        return None;
    }
    let mut whole: String = lines.iter().map(|line| format!("{line}\n")).collect();
    for at in (0..search.len()).filter(|at| !is_dots(at)) {
        let (piece, instead) = (&search[at], &replace[at]);
        if piece.is_empty() {
            whole.push_str(instead);
        } else if whole.matches(piece.as_str()).count() == 1 {
            whole = whole.replacen(piece.as_str(), instead, 1);
        } else {
            return None;
        }
    }
    let body = whole.strip_suffix('\n').unwrap_or(&whole);
    Some(body.split('\n').map(str::to_owned).collect())
}

/// The text between lines of `...`, and those lines with the blank ones before them, in turns.
fn pieces(lines: &[&str]) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut blank = String::new();
    for line in lines {
        let last = pieces.last_mut().expect("there is always one");
        if line.trim_start() == "..." {
            pieces.push(format!("{blank}{line}\n"));
            pieces.push(String::new());
            blank.clear();
        } else if line.trim().is_empty() {
            blank.push_str(line);
            blank.push('\n');
        } else {
            last.push_str(&blank);
            blank.clear();
            last.push_str(line);
            last.push('\n');
        }
    }
    pieces.last_mut().expect("there is always one").push_str(&blank);
    pieces
}
