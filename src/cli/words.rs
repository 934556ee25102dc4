//! How text for people looks: colours where a terminal shows them, and lines that fit into it.

use std::io::{self, Write};

use clap::builder::styling::{AnsiColor, Style};

/// What the reader's terminal allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Colours and bold type.
    pub colours: bool,
    /// Columns of the terminal; `None` where lines are to stay whole, for other programs.
    pub width: Option<usize>,
}

/// What a piece of text is, which decides how it looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As the rest.
    Plain,
    /// What failed.
    Wall,
    /// What is worth knowing.
    Notice,
    /// What can be done, or works.
    Help,
    /// Headings and addresses.
    Strong,
    /// Ids, and what is aside.
    Aside,
}

impl Kind {
    fn style(self) -> Style {
        match self {
            Kind::Plain => Style::new(),
            Kind::Wall => AnsiColor::Red.on_default().bold(),
            Kind::Notice => AnsiColor::Yellow.on_default().bold(),
            Kind::Help => AnsiColor::Green.on_default(),
            Kind::Strong => Style::new().bold(),
            Kind::Aside => Style::new().dimmed(),
        }
    }
}

/// Longest line of running text, however wide the terminal.
const WIDTH_MAX: usize = 100;
/// Below this a terminal is too narrow to break lines for.
const WIDTH_MIN: usize = 30;

/// Writes text for people.
pub(super) struct Words<'a> {
    output: &'a mut dyn Write,
    look: Look,
}

impl<'a> Words<'a> {
    pub(super) fn new(output: &'a mut dyn Write, look: Look) -> Words<'a> {
        Words { output, look }
    }

    /// A piece of text as it looks.
    pub(super) fn dress(&self, kind: Kind, text: &str) -> String {
        if !self.look.colours || kind == Kind::Plain {
            return text.to_owned();
        }
        let style = kind.style();
        format!("{style}{text}{style:#}")
    }

    /// A line of running text behind `first` (`    1. `); what does not fit stands below, as far in.
    pub(super) fn line(&mut self, first: &str, kind: Kind, text: &str) -> io::Result<()> {
        let text = safe(text);
        let width = self.look.width.unwrap_or_default().min(WIDTH_MAX);
        if width < WIDTH_MIN {
            return writeln!(self.output, "{first}{}", self.dress(kind, &text));
        }
        let below = " ".repeat(first.chars().count());
        let room = width.saturating_sub(below.len()).max(1);
        for (number, line) in textwrap::wrap(&text, room).iter().enumerate() {
            let before = if number == 0 { first } else { &below };
            writeln!(self.output, "{before}{}", self.dress(kind, line))?;
        }
        Ok(())
    }

    /// A line of ready parts, which is not broken.
    pub(super) fn parts(&mut self, first: &str, parts: &[(Kind, &str)]) -> io::Result<()> {
        write!(self.output, "{first}")?;
        for (kind, text) in parts {
            write!(self.output, "{}", self.dress(*kind, &safe(text)))?;
        }
        writeln!(self.output)
    }

    /// A line for other programs.
    pub(super) fn raw(&mut self, line: &[u8]) -> io::Result<()> {
        self.output.write_all(line)?;
        self.output.write_all(b"\n")
    }

    /// An empty line.
    pub(super) fn gap(&mut self) -> io::Result<()> {
        writeln!(self.output)
    }
}

/// A text of others without what would steer a terminal.
fn safe(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(look: Look, kind: Kind, text: &str) -> String {
        let mut output = Vec::new();
        let mut words = Words::new(&mut output, look);
        words.line("  1. ", kind, text).expect("it is written");
        String::from_utf8(output).expect("UTF-8")
    }

    #[test]
    fn lines_break_only_on_a_terminal() {
        let text = "one two three four five six seven eight nine";
        let plain = Look::default();
        assert_eq!(written(plain, Kind::Wall, text), format!("  1. {text}\n"));
        let narrow = Look {
            width: Some(30),
            ..plain
        };
        assert_eq!(
            written(narrow, Kind::Plain, text),
            "  1. one two three four five\n     six seven eight nine\n"
        );
    }

    #[test]
    fn nothing_of_the_input_steers_a_terminal() {
        let colours = Look {
            colours: true,
            width: None,
        };
        let text = written(colours, Kind::Strong, "a\u{1b}[2Jb\u{7}");
        assert_eq!(text, "  1. \u{1b}[1ma\u{fffd}[2Jb\u{fffd}\u{1b}[0m\n");
    }
}
