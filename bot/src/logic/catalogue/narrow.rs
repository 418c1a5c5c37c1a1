//! How an operator's file makes a shipped probe narrower: off, stricter, shorter, fewer values.
//! It can never make one wider.

use kb::diagnostic::Diagnostic;

use super::file::{RawNarrow, RawNarrowParameter};
use super::parameter::{Need, ParameterType};
use super::place::{Source, Wrong};
use super::probe::Probe;
use super::read::time;
use crate::logic::target::shown;

/// Applies one `[[narrow]]`.
pub(super) fn apply(
    probes: &mut Vec<Probe>,
    source: Source<'_>,
    raw: RawNarrow,
) -> Result<(), Box<Diagnostic>> {
    let span = raw.id.span();
    let Some(at) = probes
        .iter()
        .position(|probe| probe.id.as_str() == raw.id.get_ref())
    else {
        let wrong = Wrong::new(
            "narrow-unknown",
            format!(
                "there is no probe `{}` to make narrower",
                shown(raw.id.get_ref())
            ),
        );
        return Err(Box::new(source.complain(span, wrong)));
    };
    if raw.disabled {
        probes.remove(at);
        return Ok(());
    }
    let narrowed =
        narrowed(&probes[at], &raw).map_err(|wrong| Box::new(source.complain(span, wrong)))?;
    probes[at] = narrowed;
    Ok(())
}

fn narrowed(probe: &Probe, raw: &RawNarrow) -> Result<Probe, Wrong> {
    let mut probe = probe.clone();
    if let Some(approval) = &raw.approval {
        wider(*approval.get_ref() < probe.approval, "approval")?;
        probe.approval = *approval.get_ref();
    }
    if let Some(text) = &raw.time {
        let time = time(text.get_ref())?;
        wider(time > probe.limits.time || time.as_secs() == 0, "time")?;
        probe.limits.time = time;
    }
    if let Some(kib) = &raw.output_kib {
        let bytes = u64::from(*kib.get_ref()) * 1024;
        wider(
            bytes > probe.limits.output_bytes || bytes == 0,
            "output_kib",
        )?;
        probe.limits.output_bytes = bytes;
    }
    for (name, raw) in &raw.parameters {
        narrow_parameter(&mut probe, name, raw)?;
    }
    Ok(probe)
}

fn wider(is_wider: bool, what: &str) -> Result<(), Wrong> {
    if is_wider {
        return Err(Wrong::new(
            "narrow-wider",
            format!("`{what}` would make the probe wider, not narrower"),
        ));
    }
    Ok(())
}

fn narrow_parameter(probe: &mut Probe, name: &str, raw: &RawNarrowParameter) -> Result<(), Wrong> {
    let id = probe.id.clone();
    let parameter = probe
        .parameters
        .iter_mut()
        .find(|parameter| parameter.name == name)
        .ok_or_else(|| {
            Wrong::new(
                "narrow-unknown",
                format!("`{id}` has no parameter `{}`", shown(name)),
            )
        })?;
    match (&mut parameter.kind, &raw.values, raw.max) {
        (ParameterType::Enum(words), Some(values), None) => {
            let all_known = values.iter().all(|value| words.contains(value));
            wider(values.is_empty() || !all_known, name)?;
            words.retain(|word| values.contains(word));
        }
        (ParameterType::Integer { min, max }, None, Some(most)) => {
            wider(most > *max || most < *min, name)?;
            *max = most;
        }
        _ => {
            return Err(Wrong::new(
                "narrow-wider",
                format!(
                    "`{}` takes `values` of an enum or `max` of an integer",
                    shown(name)
                ),
            ));
        }
    }
    // A default that no longer fits must be said instead.
    if let Need::Default(value) = &parameter.need
        && parameter.kind.check(value).is_err()
    {
        parameter.need = Need::Required;
    }
    Ok(())
}
