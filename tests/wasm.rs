//! The core as the browser gets it: compiled to WebAssembly and run by Node.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::wasm_bindgen_test;

/// JavaScript's numbers and ours agree at the edges that request times and tab ids reach.
#[wasm_bindgen_test]
fn times_in_milliseconds_survive_the_way_through_javascript() {
    let now = js_sys::Date::now();
    assert!(
        now > 1_700_000_000_000.0,
        "expected a time after 2023, but found `{now}`"
    );
    let back = wasm_bindgen::JsValue::from_f64(now).as_f64();
    assert_eq!(back, Some(now));
}
