//! `pb.rs` is generated from `proto/rpc.proto`, without protoc, and checked in: a build needs neither.

use std::fs;
use std::path::{Path, PathBuf};

const NOTE: &str = "// Generated from proto/rpc.proto: see generation.rs.\n";

/// What the generator makes of the proto file.
fn generated(directory: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto");
    let files = protox::compile(["rpc.proto"], [root]).unwrap();
    let mut config = prost_build::Config::new();
    config.bytes(["."]).out_dir(directory);
    config.compile_fds(files).unwrap();
    let text = fs::read_to_string(directory.join("etcdserverpb.rs")).unwrap();
    NOTE.to_owned() + &text
}

#[test]
fn the_messages_are_those_of_the_proto_file() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pb");
    fs::create_dir_all(&directory).unwrap();
    let file: PathBuf = directory.join("pb.rs");
    fs::write(&file, generated(&directory)).unwrap();
    let checked_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/v3/pb.rs");
    let same = fs::read_to_string(checked_in).unwrap() == fs::read_to_string(&file).unwrap();
    assert!(same, "run: cp target/pb/pb.rs src/v3/pb.rs");
}
