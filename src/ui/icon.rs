//! Inline symbols, drawn on a 20-pixel grid in the colour of the text.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IconName {
    Alert,
    Back,
    Bars,
    Bolt,
    Check,
    ChevronDown,
    Clipboard,
    Clock,
    Close,
    Cloud,
    Copy,
    Cross,
    Download,
    File,
    Gear,
    Globe,
    Info,
    Layers,
    Mail,
    Menu,
    More,
    Pause,
    Person,
    Plus,
    Pulse,
    Redo,
    Ring,
    Search,
    Shield,
    Sliders,
    Ticks,
    Tree,
    Twin,
    Undo,
    Users,
}

impl IconName {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M10 3 18 17H2ZM10 8v4M10 14.5v.5",
            Self::Back => "M12 4 6 10l6 6",
            Self::Bars => "M4 16.5V10M8 16.5V4M12 16.5v-8M16 16.5v-5",
            Self::Bolt => "M11 2.5 4.5 11.5H10l-1 6 6.5-9H10Z",
            Self::Check => "m4 10.5 4 4 8-9",
            Self::ChevronDown => "m5 8 5 5 5-5",
            Self::Clipboard => "M7 4H4.5v13.5h11V4H13M7 2.5h6v3H7ZM7 11.5l2 2 4-4.5",
            Self::Clock => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 6v4l3 2",
            Self::Close | Self::Cross => "m5 5 10 10M15 5 5 15",
            Self::Cloud => "M6 15.5a3.5 3.5 0 0 1-.4-7 4.5 4.5 0 0 1 8.700-.5 3.800 3.800 0 0 1 .2 7.5Z",
            Self::Copy => "M7 7V3.5h9.5V13H13M3.5 7H13v9.5H3.5Z",
            Self::Download => "M10 3v10m-4-4 4 4 4-4M4 17h12",
            Self::File => "M5 2.5h6l4 4v11H5ZM11 2.5v4h4",
            Self::Gear => {
                "M8.5 4.3L8.7 2.2L11.3 2.2L11.5 4.3L13 4.9L14.6 3.5L16.5 5.4L15.1 7L15.7 8.5L17.8 8.7L17.8 11.3L15.7 11.5L15.1 13L16.5 14.6L14.6 16.5L13 15.1L11.5 15.7L11.3 17.8L8.7 17.8L8.5 15.7L7 15.1L5.4 16.5L3.5 14.6L4.9 13L4.3 11.5L2.2 11.3L2.2 8.7L4.3 8.5L4.9 7L3.5 5.4L5.4 3.5L7 4.9ZM10 7.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2Z"
            }
            Self::Globe => {
                "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM2.5 10h15M10 2.5c-4 4-4 11 0 15M10 2.5c4 4 4 11 0 15"
            }
            Self::Info => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 9v5M10 6v.5",
            Self::Layers => "M10 2.5 17.5 6.5 10 10.500 2.5 6.5ZM3 10l7 4 7-4M3 13.5l7 4 7-4",
            Self::Mail => "M2.5 4.5h15v11h-15ZM3 5l7 6 7-6",
            Self::Menu => "M3 5.5h14M3 10h14M3 14.5h14",
            Self::More => {
                "M4 10a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0ZM9.2 10a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0ZM14.4 10a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0Z"
            }
            Self::Pause => "M7 4v12M13 4v12",
            Self::Person => {
                "M10 3a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM3.5 17.5c.5-4 3-5.5 6.5-5.5s6 1.5 6.5 5.5"
            }
            Self::Plus => "M10 4v12M4 10h12",
            Self::Pulse => "M2 10.5h4l2.5-6.5 3.5 12 2.5-5.5H18",
            Self::Redo => "m13 4 3.5 3.5L13 11M16 7.500H8a4.5 4.5 0 0 0 0 9h4",
            Self::Ring => "M10 4.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z",
            Self::Search => "M8.5 3a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM12.5 12.5 17 17",
            Self::Shield => "M10 2.5 16 5v4.5c0 4-2.5 6.5-6 8-3.5-1.5-6-4-6-8V5Z",
            Self::Sliders => {
                "M3 6.5h6M13 6.5h4M3 13.5h4M11 13.5h6M11 4.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM9 11.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z"
            }
            Self::Ticks => "m2.5 5 1.5 1.5 2.5-3M2.5 10.5 4 12l2.5-3M9.5 5h8M9.5 10.5h8M9.5 16h8M3 16h3",
            Self::Tree => "M7.5 3h5v4h-5ZM2.5 13h5v4h-5ZM12.5 13h5v4h-5ZM10 7v3M5 13v-3h10v3",
            Self::Twin => "M4 4h8v8H4ZM8 8h8v8H8Z",
            Self::Undo => "M7 4 3.5 7.5 7 11M4 7.500h8a4.5 4.5 0 0 1 0 9H8",
            Self::Users => {
                "M7.5 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM2 16.500c.4-3.3 2.5-4.5 5.5-4.500s5.1 1.2 5.5 4.500M13.5 4.500a2.8 2.8 0 0 1 0 5.400M15 12.300c1.8.6 2.8 1.9 3 4.2"
            }
        }
    }
}

/// A symbol beside a word; it carries no meaning of its own and is hidden from screen readers.
#[component]
pub(crate) fn Icon(name: IconName) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d=name.path() />
        </svg>
    }
}

/// The product's logo. Part of the app, so that it needs no server.
#[component]
pub(crate) fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <path class="logo-ground" d="M7 0h18a7 7 0 0 1 7 7v18a7 7 0 0 1-7 7H7a7 7 0 0 1-7-7V7a7 7 0 0 1 7-7z"></path>
            <path class="logo-sign" d="M8 22V10l8 7 8-7v12"></path>
        </svg>
    }
}
