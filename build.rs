//! Link arguments of a Node.js addon.

fn main() {
    napi_build::setup();
    // A worker thread of Node unloads its addons when it ends, while a thread of the runtime
    // may still be running code of this library.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
        // With this, `relro-level=partial` in .cargo/config.toml protects as much as `full`.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,now");
    }
}
