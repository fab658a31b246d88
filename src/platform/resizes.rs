//! Changes of the size of an element.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    type ResizeObserver;

    #[wasm_bindgen(constructor, catch)]
    fn new(heard: &Function) -> Result<ResizeObserver, JsValue>;

    #[wasm_bindgen(method)]
    fn observe(this: &ResizeObserver, element: &Element);

    #[wasm_bindgen(method)]
    fn disconnect(this: &ResizeObserver);
}

/// Observes until dropped.
pub(crate) struct Resizes {
    observer: ResizeObserver,
    _heard: Closure<dyn Fn()>,
}

/// Calls `heard` now and after each change, at most once per frame.
pub(crate) fn follow(element: &Element, heard: impl Fn() + 'static) -> Option<Resizes> {
    let heard = Closure::<dyn Fn()>::new(heard);
    let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(Resizes { observer, _heard: heard })
}

impl Drop for Resizes {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
