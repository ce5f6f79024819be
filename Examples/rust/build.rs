//! Asks pkg-config where Tightlip is installed.

use std::process::Command;

fn main() {
    let output = Command::new("pkg-config")
        .args(["--libs-only-L", "tightlip"])
        .output()
        .expect("pkg-config cannot be run");
    assert!(output.status.success(), "pkg-config does not know tightlip; is it installed?");
    for folder in String::from_utf8_lossy(&output.stdout).split_whitespace() {
        println!("cargo:rustc-link-search=native={}", folder.trim_start_matches("-L"));
    }
    println!("cargo:rustc-link-lib=dylib=tightlip");
}
