//! What is wrong between pages and within one: links that lead nowhere, steps out of order.
//! What a single line already shows (mojibake, shortcodes, commands) the reading has complained of.

use std::collections::{HashMap, HashSet};

use kb::diagnostic::Diagnostic;
use kb::guide::Section;

use crate::link::{TargetKind, key_of};
use crate::markdown::LinkUse;
use crate::page::Page;
use crate::source::{Complaint, Complaints, Source};

/// Names that differ by more than this are not worth proposing.
const SIMILAR: f64 = 0.6;

/// Complains about all pages of a folder.
pub(crate) fn lint(pages: &[Page], limit: usize) -> Vec<Diagnostic> {
    let known = Known::new(pages);
    let mut diagnostics = Vec::new();
    for page in pages {
        let source = Source::new(&page.guide.path, &page.text);
        let mut complaints = Complaints::new(&source, limit);
        for link in &page.links {
            if let Some(complaint) = known.judge(link) {
                complaints.at(link.at, complaint);
            }
        }
        judge_steps(&page.guide.sections, &mut complaints);
        diagnostics.extend(complaints.finish());
    }
    diagnostics
}

/// What the folder's links may lead to.
struct Known<'a> {
    pages: HashMap<&'a str, &'a Page>,
    /// Addresses that redirect to a page, without their endings.
    aliases: HashSet<String>,
}

impl<'a> Known<'a> {
    fn new(pages: &'a [Page]) -> Self {
        let aliases = pages
            .iter()
            .flat_map(|page| &page.aliases)
            .map(|alias| key_of(alias))
            .collect();
        Self {
            pages: pages
                .iter()
                .map(|page| (page.guide.path.as_str(), page))
                .collect(),
            aliases,
        }
    }

    fn judge(&self, link: &LinkUse) -> Option<Complaint> {
        match &link.target.kind {
            TargetKind::Elsewhere => None,
            TargetKind::Missing(key) if self.aliases.contains(key) => None,
            TargetKind::Missing(key) => Some(self.missing_page(&link.written, key)),
            TargetKind::Page { anchor: None, .. } => None,
            TargetKind::Page {
                path,
                anchor: Some(anchor),
            } => {
                let page = self.pages.get(path.as_str())?;
                // An empty anchor, and `top`, lead to the top of any page.
                let leads_there =
                    anchor.is_empty() || anchor == "top" || page.anchors.contains(anchor.as_str());
                (!leads_there).then(|| missing_anchor(page, anchor))
            }
        }
    }

    fn missing_page(&self, written: &str, key: &str) -> Complaint {
        let message = format!("`{written}` leads to no page of this folder");
        let complaint = Complaint::error("broken-link", message);
        let keys: Vec<String> = self.pages.keys().map(|path| key_of(path)).collect();
        match nearest(key, keys.iter().map(String::as_str)) {
            Some(near) => complaint.hint(format!("the nearest page is `/{near}`")),
            None => complaint
                .hint("write the path of a page, beginning with `/` or relative to this one"),
        }
    }
}

fn missing_anchor(page: &Page, anchor: &str) -> Complaint {
    let path = &page.guide.path;
    if page.is_incomplete {
        // A template that is not at hand may well make the heading.
        let message =
            format!("`#{anchor}` was not found on `{path}`, parts of which are not at hand");
        let complaint = Complaint::note("unverified-anchor", message);
        return complaint.hint("name the folder of templates under `includes` to have it verified");
    }
    let complaint = Complaint::error(
        "broken-anchor",
        format!("`#{anchor}` is no heading of `{path}`"),
    );
    match nearest(anchor, page.anchors.iter().map(String::as_str)) {
        Some(near) => complaint.hint(format!("the nearest is `#{near}`")),
        None => complaint.hint("link to a heading of that page, or to the page alone"),
    }
}

/// Gives the most similar name, the first of the alphabet among equals.
fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let similarity = |other: &str| strsim::normalized_damerau_levenshtein(name, other);
    // The distance takes the product of the lengths: what is much longer cannot be similar anyway.
    let is_comparable = |other: &&str| other.len() < 200 && name.len() < 200;
    let rated = names
        .filter(is_comparable)
        .map(|other| (similarity(other), other));
    let best = rated.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))?;
    (best.0 >= SIMILAR).then_some(best.1)
}

/// Steps count up from 1 without a gap, so that "step 3" means one place.
fn judge_steps(sections: &[Section], complaints: &mut Complaints<'_>) {
    let mut expected = 1;
    for section in sections {
        let Some(step) = section.step else { continue };
        if step != expected {
            let message = format!("step {step} stands where step {expected} is expected");
            let complaint = Complaint::error("step-order", message);
            let at = complaints.source().offset_of(section.lines.first);
            complaints.at(
                at,
                complaint.hint("number the steps of a page 1, 2, 3 in their order"),
            );
        }
        expected = step.saturating_add(1);
    }
}
