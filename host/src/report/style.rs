use std::fmt;

use anstyle::{AnsiColor, Style as Ansi};

/// How to write to a terminal, or to what is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use ANSI colours and weights.
    pub color: bool,
    /// How many columns a line may take; narrower than 20 counts as 20.
    pub width: usize,
    /// Whether to draw with characters outside ASCII.
    pub unicode: bool,
}

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Nothing special.
    Plain,
    /// A name or a number that the reader looks for.
    Strong,
    /// What only explains the rest.
    Dim,
    /// Passed.
    Good,
    /// Failed.
    Bad,
    /// Deserves a look.
    Warning,
}

impl Style {
    /// Text of the given role.
    #[must_use]
    pub fn paint<T: fmt::Display>(&self, role: Role, text: T) -> impl fmt::Display + use<T> {
        Painted { style: if self.color { role.ansi() } else { Ansi::new() }, text }
    }

    /// `unicode` where the terminal can show it, else `ascii`.
    pub(super) fn glyph(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }

    /// How many columns a line may take.
    pub(super) fn columns(&self) -> usize {
        self.width.max(20)
    }
}

impl Role {
    fn ansi(self) -> Ansi {
        match self {
            Role::Plain => Ansi::new(),
            Role::Strong => Ansi::new().bold(),
            Role::Dim => Ansi::new().dimmed(),
            Role::Good => AnsiColor::Green.on_default(),
            Role::Bad => AnsiColor::Red.on_default(),
            Role::Warning => AnsiColor::Yellow.on_default(),
        }
    }
}

struct Painted<T> {
    style: Ansi,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.style.render(), self.text, self.style.render_reset())
    }
}
