//! Inline symbols, drawn on a 20-pixel grid in the colour of the text.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IconName {
    Alert,
    Back,
    Check,
    ChevronDown,
    Clock,
    Close,
    Copy,
    Cross,
    Download,
    File,
    Gear,
    Info,
    Mail,
    Menu,
    More,
    Pause,
    Person,
    Play,
    Search,
    Twin,
    Undo,
    Users,
}

impl IconName {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M10 3 18 17H2ZM10 8v4M10 14.5v.5",
            Self::Back => "M12 4 6 10l6 6",
            Self::Check => "m4 10.5 4 4 8-9",
            Self::ChevronDown => "m5 8 5 5 5-5",
            Self::Clock => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 6v4l3 2",
            Self::Close | Self::Cross => "m5 5 10 10M15 5 5 15",
            Self::Copy => "M7 7V3.5h9.5V13H13M3.5 7H13v9.5H3.5Z",
            Self::Download => "M10 3v10m-4-4 4 4 4-4M4 17h12",
            Self::File => "M5 2.5h6l4 4v11H5ZM11 2.5v4h4",
            Self::Gear => "M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM10 2v2.5M10 15.5V18M2 10h2.5M15.5 10H18M4.3 4.3l1.8 1.8M13.9 13.9l1.8 1.8M4.3 15.7l1.8-1.8M13.9 6.1l1.8-1.8",
            Self::Info => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 9v5M10 6v.5",
            Self::Mail => "M2.5 4.5h15v11h-15ZM3 5l7 6 7-6",
            Self::Menu => "M3 5.5h14M3 10h14M3 14.5h14",
            Self::More => "M4.5 10h.01M10 10h.01M15.5 10h.01",
            Self::Pause => "M7 4v12M13 4v12",
            Self::Person => "M10 3a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM3.5 17.5c.5-4 3-5.5 6.5-5.5s6 1.500 6.500 5.500",
            Self::Play => "M6 4v12l10-6Z",
            Self::Search => "M9 3.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11ZM13 13l4 4",
            Self::Twin => "M4 4h8v8H4ZM8 8h8v8H8Z",
            Self::Undo => "M7 4 3.500 7.500 7 11M4 7.500h8a4.500 4.500 0 0 1 0 9H8",
            Self::Users => "M7.500 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM2 16.500c.4-3.300 2.500-4.500 5.500-4.500s5.100 1.200 5.500 4.500M13.500 4.500a2.800 2.800 0 0 1 0 5.400M15 12.300c1.800.6 2.800 1.900 3 4.200",
        }
    }
}

/// A symbol beside a word; it says nothing by itself and is hidden from screen readers.
#[component]
pub(crate) fn Icon(name: IconName) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d=name.path() />
        </svg>
    }
}
