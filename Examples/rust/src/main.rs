//! One message, or a stream of requests, judged from Rust.
//!
//!     gateway "Your chart 00418823 is ready"      one verdict, for people
//!     gateway < requests.ndjson                   one verdict a line, as tightlip filter writes them

mod tightlip;

use std::io::{self, BufRead, Write};
use tightlip::{Action, Filter, Scanner};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let filter = Filter::new()?;
    let mut scanner = Scanner::new(&filter);
    if let Some(text) = std::env::args().nth(1) {
        match scanner.scan(&text) {
            Action::Pass(text) => println!("pass: {text}"),
            Action::Redact(text) => println!("redact: {text}"),
            Action::Block(reasons) => println!("block: {}", reasons.join(", ")),
        }
        return Ok(());
    }
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let answers = scanner.answer(&line).ok_or("no answer: the message must not be sent")?;
        output.write_all(answers)?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}
