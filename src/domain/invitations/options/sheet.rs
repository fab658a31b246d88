//! A mail as mail programs show it.

use js_sys::Array;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, HtmlElement, Node, ShadowRootInit, ShadowRootMode};

use super::markup::{self, Piece};
use crate::platform::dom;

/// The HTML part of a mail, apart from the styles of the page.
///
/// Neither a frame nor markup: the Content-Security-Policy allows no frame and no style within markup, and Trusted Types
/// no such markup. The elements are made one by one, only those that a mail consists of, and get their styles as objects,
/// which needs no exception. Its link leads nowhere.
#[component]
pub(super) fn MailSheet(html: String, #[prop(into)] is_dark: Signal<bool>) -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    let sheet = StoredValue::new_local(None::<(CssStyleSheet, String)>);
    Effect::new(move |_| {
        let Some(host) = host.get() else { return };
        let is_dark = is_dark.get();
        if sheet.with_value(Option::is_none) {
            // A browser that cannot do this shows an empty sheet; the plain text is beside it.
            sheet.set_value(draw(&host, &html).ok());
        }
        sheet.with_value(|sheet| {
            if let Some((sheet, style)) = sheet {
                let _ = sheet.replace_sync(&markup::in_theme(style, is_dark));
            }
        });
    });
    view! { <div class="mail-sheet" class:mail-sheet-dark=is_dark node_ref=host></div> }
}

/// Draws a document; its style sheet, still empty, and the text of that.
fn draw(host: &HtmlElement, html: &str) -> Result<(CssStyleSheet, String), JsValue> {
    let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
    let sheet = CssStyleSheet::new()?;
    root.set_adopted_style_sheets(&Array::of1(&sheet));
    let document = dom::document();
    let mut style = String::new();
    let mut open: Vec<Node> = vec![root.into()];
    for piece in markup::read(html) {
        let Some(parent) = open.last() else { break };
        match piece {
            Piece::Text(text) => {
                parent.append_child(&document.create_text_node(&text))?;
            }
            Piece::Empty(name) => {
                parent.append_child(&document.create_element(name)?.into())?;
            }
            Piece::Begin(name, attributes) => {
                let name = if matches!(name, "html" | "body") { "div" } else { name };
                let element: HtmlElement = document.create_element(name)?.unchecked_into();
                for (name, value) in attributes {
                    match name {
                        "style" => element.style().set_css_text(&value),
                        name => element.set_attribute(name, &value)?,
                    }
                }
                parent.append_child(&element)?;
                open.push(element.into());
            }
            Piece::End => {
                open.pop();
            }
            Piece::Style(text) => style.push_str(text),
        }
    }
    Ok((sheet, style))
}
