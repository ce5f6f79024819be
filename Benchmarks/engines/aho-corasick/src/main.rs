//! The Rust crate aho-corasick over texts: how fast it finds the pack's terms as strings, whole word or not.
//!
//!     aho-corasick-texts TEXTS /dev/null TERMS       as hyperscan.cpp; patterns are not for it
use aho_corasick::{AhoCorasickBuilder, MatchKind};
use std::io::BufRead;

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

extern "C" {
    fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
}

/// Nanoseconds that this thread was at work.
fn work() -> i64 {
    let mut time = Timespec { seconds: 0, nanoseconds: 0 };
    // SAFETY: 3 is CLOCK_THREAD_CPUTIME_ID on Linux, and the place is ours.
    unsafe { clock_gettime(3, &mut time) };
    time.seconds * 1_000_000_000 + time.nanoseconds
}

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
        let start = work();
        let matches: usize = texts.iter().map(|text| engine.find_iter(text).count()).sum();
        println!("{} {}", work() - start, matches);
    }
}
