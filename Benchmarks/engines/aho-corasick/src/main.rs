//! The Rust crate aho-corasick over texts: how fast it finds the pack's terms as strings, whole word or not.
//!
//!     aho-corasick-texts TEXTS /dev/null TERMS       as hyperscan.cpp; patterns are not for it
use aho_corasick::{AhoCorasickBuilder, MatchKind};
use std::io::BufRead;
use std::time::Instant;

fn lines(path: &str) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).expect("a file that can be read");
    let mut all: Vec<Vec<u8>> = bytes.split(|&byte| byte == b'\n').map(|line| line.to_vec()).collect();
    if all.last().map_or(false, |line| line.is_empty()) {
        all.pop();
    }
    all
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let texts = lines(&arguments[1]);
    let terms = lines(&arguments[3]);
    let engine = AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(&terms);
    println!("ready 0 {}", terms.len());
    for line in std::io::stdin().lock().lines() {
        line.expect("a line");
        let start = Instant::now();
        let matches: usize = texts.iter().map(|text| engine.find_iter(text).count()).sum();
        println!("{} {}", start.elapsed().as_nanos(), matches);
    }
}
