use leptos::prelude::*;

use super::css;

/// The progress of a long task: `done` of `total`, with a text beside it. Without a total it moves.
#[component]
pub(crate) fn ProgressBar(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] done: Signal<f64>,
    #[prop(into)] total: Signal<f64>,
    /// The text, such as "1,200 of 3,000".
    #[prop(into)]
    text: Signal<String>,
    /// Whether nothing goes on at present.
    #[prop(optional, into)]
    still: Signal<bool>,
) -> impl IntoView {
    let percent = Memo::new(move |_| match total.get() {
        total if total > 0.0 => (done.get() / total * 100.0).clamp(0.0, 100.0) as u32,
        _ => 0,
    });
    view! {
        <div class="progress" class:progress-open=move || total.get() <= 0.0 && !still.get()>
            <div class="progress-track" role="progressbar" aria-label=move || label.get() aria-valuemin="0" aria-valuemax="100"
                aria-valuenow=move || percent.get() aria-valuetext=move || text.get()>
                <div class="progress-fill" style:width=move || format!("{}%", percent.get())></div>
            </div>
            <span class="progress-text">{move || text.get()}</span>
        </div>
    }
}

/// A proportion that does not progress by itself, such as used seats.
#[component]
pub(crate) fn Meter(
    #[prop(into)] label: String,
    used: u64,
    limit: u64,
    #[prop(into)] text: String,
) -> impl IntoView {
    let share = if limit == 0 { 1.0 } else { (used as f64 / limit as f64).min(1.0) };
    view! {
        <div class="meter" class:meter-full=(used >= limit)>
            <div class="meter-track" role="meter" aria-label=label aria-valuemin="0" aria-valuemax=limit aria-valuenow=used.min(limit) aria-valuetext=text.clone()>
                <div class="meter-fill" style:width=css::percent(share)></div>
            </div>
            <span class="meter-text">{text}</span>
        </div>
    }
}
