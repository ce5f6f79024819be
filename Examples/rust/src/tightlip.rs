//! A safe skin over the parts of `tightlip.h` that a gateway needs.

use std::ffi::{c_char, c_void, CStr};
use std::marker::PhantomData;
use std::ptr::{null, null_mut};
use std::sync::Arc;

#[repr(C)]
struct Finding {
    entity_type: *const c_char,
    rule: *const c_char,
    start: usize,
    end: usize,
    score: i32,
    role: i32,
    hipaa: c_char,
}

#[repr(C)]
struct Reason {
    code: *const c_char,
    message: *const c_char,
    entity_type: *const c_char,
    severity: i32,
}

/// The first members of `tightlip_verdict`; later ones are not needed here.
#[repr(C)]
struct RawVerdict {
    action: i32,
    complete: i32,
    risk: i32,
    would_be: i32,
    urgent: i32,
    text: *const c_char,
    text_length: usize,
    findings: *const Finding,
    finding_count: usize,
    reasons: *const Reason,
    reason_count: usize,
}

extern "C" {
    fn tightlip_abi_version() -> u32;
    fn tightlip_filter_create(options: *const c_void, filter: *mut *mut c_void, error: *mut *mut c_void) -> i32;
    fn tightlip_filter_release(filter: *mut c_void);
    fn tightlip_error_text(error: *const c_void, text: *mut *const c_char, length: *mut usize) -> i32;
    fn tightlip_error_release(error: *mut c_void);
    fn tightlip_scanner_create(filter: *mut c_void, scanner: *mut *mut c_void) -> i32;
    fn tightlip_scanner_release(scanner: *mut c_void);
    fn tightlip_scan(scanner: *mut c_void, text: *const c_char, length: usize, verdict: *mut *const RawVerdict) -> i32;
    fn tightlip_scan_ndjson(
        scanner: *mut c_void, lines: *const c_char, length: usize, answers: *mut *const c_char,
        answers_length: *mut usize,
    ) -> i32;
}

struct Handle(*mut c_void);

// SAFETY: tightlip.h: a filter is immutable, and any thread may use and release it.
unsafe impl Send for Handle {}
unsafe impl Sync for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle owns one reference.
        unsafe { tightlip_filter_release(self.0) }
    }
}

/// A pack and a policy, compiled once; clones share it.
#[derive(Clone)]
pub struct Filter(Arc<Handle>);

impl Filter {
    /// The installed pack with the shipped policy.
    pub fn new() -> Result<Filter, String> {
        let (mut filter, mut error) = (null_mut(), null_mut());
        // SAFETY: both outputs are valid; NULL options stand for the defaults.
        unsafe {
            assert_eq!(tightlip_abi_version(), 1, "another library than this was written for");
            if tightlip_filter_create(null(), &mut filter, &mut error) == 0 {
                return Ok(Filter(Arc::new(Handle(filter))));
            }
            let mut text = null();
            tightlip_error_text(error, &mut text, null_mut());
            let message = CStr::from_ptr(text).to_string_lossy().into_owned();
            tightlip_error_release(error);
            Err(message)
        }
    }
}

/// What may happen to a message.
pub enum Action<'a> {
    Pass(&'a str),
    Redact(&'a str),
    /// With a sentence for each reason.
    Block(Vec<&'a str>),
}

/// Looks through messages, one at a time; each thread has its own.
pub struct Scanner {
    handle: *mut c_void,
    // What a scan gives borrows the scanner, so that it cannot outlive the next call.
    _not_shared: PhantomData<*mut ()>,
}

// SAFETY: tightlip.h: a scanner may move between threads.
unsafe impl Send for Scanner {}

impl Scanner {
    pub fn new(filter: &Filter) -> Scanner {
        let mut handle = null_mut();
        // SAFETY: the filter lives, and the scanner takes a reference of its own.
        let status = unsafe { tightlip_scanner_create(filter.0 .0, &mut handle) };
        assert_eq!(status, 0);
        Scanner { handle, _not_shared: PhantomData }
    }

    /// The verdict on an outbound text.
    pub fn scan(&mut self, text: &str) -> Action<'_> {
        let mut verdict = null();
        // SAFETY: the verdict is never NULL, and lives until the next call, which needs `&mut self`.
        unsafe {
            tightlip_scan(self.handle, text.as_ptr().cast(), text.len(), &mut verdict);
            let verdict = &*verdict;
            match verdict.action {
                2 => Action::Pass(utf8(verdict.text, verdict.text_length)),
                1 => Action::Redact(utf8(verdict.text, verdict.text_length)),
                _ => Action::Block(
                    (0..verdict.reason_count)
                        .map(|index| CStr::from_ptr((*verdict.reasons.add(index)).message).to_str().unwrap_or(""))
                        .collect(),
                ),
            }
        }
    }

    /// NDJSON in, NDJSON out; None where there is no answer, and the messages must not be sent.
    pub fn answer(&mut self, lines: &[u8]) -> Option<&[u8]> {
        let (mut answers, mut length) = (null(), 0);
        // SAFETY: the answers live until the next call, which needs `&mut self`.
        unsafe {
            let status =
                tightlip_scan_ndjson(self.handle, lines.as_ptr().cast(), lines.len(), &mut answers, &mut length);
            (status == 0).then(|| std::slice::from_raw_parts(answers.cast(), length))
        }
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        // SAFETY: no call is under way: each borrows the scanner.
        unsafe { tightlip_scanner_release(self.handle) }
    }
}

/// # Safety
/// `text` points to `length` bytes of UTF-8.
unsafe fn utf8<'a>(text: *const c_char, length: usize) -> &'a str {
    std::str::from_utf8(std::slice::from_raw_parts(text.cast(), length)).expect("Tightlip writes UTF-8")
}
