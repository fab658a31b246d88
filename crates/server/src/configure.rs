//! `server configure`: the built app for a host.

use std::fmt::Write as _;
use std::path::PathBuf;

use hosting::{Api, BasePath, FitError, Origin, Site, Target};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Folder of the site in which the app lies.
    #[arg(long, default_value = "/")]
    base_path: BasePath,
    /// Where the backend's API begins: an address, or a path of the same origin.
    #[arg(long, default_value = "/api/v1")]
    api: Api,
    /// Origins whose pages may embed the panel, as https://host or https://host:port.
    #[arg(long, value_delimiter = ',')]
    embedders: Vec<Origin>,
    /// Have browsers speak HTTPS alone to the host's subdomains, too, where the base path is a folder; at / they do.
    #[arg(long)]
    hsts_subdomains: bool,
    /// The host: cloudflare-pages, netlify, vercel, azure, firebase, cloudfront, nginx, caddy, apache or kubernetes.
    #[arg(long)]
    target: Target,
    /// Folder to write to: a new one, or one with an earlier build for the same host and base path.
    #[arg(long)]
    out: PathBuf,
    /// Folder of the built app.
    #[arg(long, env = "MSI_DIST", default_value = "dist")]
    dist: PathBuf,
}

/// Writes the app, and returns what was done and what is left to do.
pub(crate) fn run(options: &Options) -> Result<String, FitError> {
    let Options { base_path, api, embedders, hsts_subdomains, target, out, dist } = options;
    let site = Site {
        base: base_path.clone(),
        api: api.clone(),
        embedders: embedders.clone(),
        hsts_subdomains: *hsts_subdomains,
    };
    let fitted = hosting::fit(dist, out, &site, *target)?;
    let mut said =
        format!("the app for {} at {base_path}, with its API at {}\n", target.name(), api.as_str());
    for file in &fitted.written {
        let _ = writeln!(said, "  wrote {}", file.display());
    }
    for path in &fitted.kept {
        let _ = writeln!(said, "  kept of an earlier build {}", path.display());
    }
    if !fitted.kept.is_empty() {
        said.push_str("pages that are open may need what was kept; delete it some days later\n");
    }
    let root = fitted.root.display();
    let _ = match (target.explains_itself(), target.lies_beside()) {
        (true, _) => writeln!(said, "serve {root} as the configuration beside it says in its first lines"),
        (false, true) => writeln!(said, "publish {root} by the files beside it, as docs/hosting.md says"),
        (false, false) => writeln!(said, "publish {root}"),
    };
    if matches!(api, Api::Elsewhere { .. }) || !base_path.is_root() {
        let _ = writeln!(
            said,
            "tell the backend where the console is: server serve --console-url https://HOST{base_path}"
        );
    }
    Ok(said)
}
