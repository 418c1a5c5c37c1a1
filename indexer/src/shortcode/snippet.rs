//! The lines that Upsun's `snippet` shortcode puts around a piece of configuration, so that what
//! is shown can be used as it stands. Only the version 2 of the configuration is made.

use super::scan::Params;

/// What a snippet begins with, and how far its inner lines are indented.
pub(crate) struct Wrapping {
    pub before: String,
    pub indent: &'static str,
}

/// Makes the wrapping from the shortcode's parameters.
pub(crate) fn wrapping(params: &Params) -> Wrapping {
    let get = |key: &str| params.named(key);
    let is_placeholder = get("placeholder") == Some("true");
    let name = get("name")
        .filter(|name| *name != "false")
        .unwrap_or("myapp");
    let top = |key: &str| match get("globKey") {
        Some("false") => String::new(),
        _ if is_placeholder => format!("# {key}:\n#   ..."),
        _ => format!("{key}:\n"),
    };
    let (mut before, indent) = match get("config").unwrap_or("app") {
        "service" => (top("services"), "  "),
        "route" => (top("routes"), "    "),
        "apps" => (top("applications"), "        "),
        _ => (top("applications"), "    "),
    };
    if is_placeholder {
        return Wrapping { before, indent: "" };
    }
    let root = get("root").unwrap_or("/");
    match get("config").unwrap_or("app") {
        "service" => {
            before += "  # The name of the service container. Must be unique within a project.\n";
            before += &format!("  {name}:\n");
        }
        "route" => before += &route(params, name),
        kind => {
            let step = if kind == "apps" { "    " } else { "  " };
            before += &format!(
                "{step}# The name of the app container. Must be unique within a project.\n"
            );
            before += &format!("{step}{name}:\n");
            if root != "false" {
                before += &format!("{step}{step}# The location of the application's code.\n");
                before += &format!("{step}{step}source:\n{step}{step}  root: \"{root}\"\n");
            }
        }
    }
    Wrapping { before, indent }
}

fn route(params: &Params, name: &str) -> String {
    let folder = params.named("subDir").unwrap_or_default();
    let host = params
        .named("subDom")
        .map(|sub| format!("{sub}."))
        .unwrap_or_default();
    let address = format!("https://{host}{{default}}/{folder}");
    let mut lines = String::new();
    if params.named("redirect") != Some("false") {
        lines += &format!("  \"https://www.{host}{{default}}/{folder}\":\n");
        lines += &format!("    type: redirect\n    to: \"{address}\"\n");
    }
    lines + &format!("  \"{address}\":\n    type: upstream\n    upstream: \"{name}\"\n")
}
