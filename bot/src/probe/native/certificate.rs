//! Reads what a certificate says: for which names, from whom, from when to when.

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Names listed at most; certificates of content networks hold hundreds.
const MOST_NAMES: usize = 20;

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The names that it is for.
    pub names: Vec<String>,
    /// Who issued it.
    pub issuer: String,
    /// When it begins to hold, in seconds since 1970.
    pub begins: i64,
    /// When it ends, in seconds since 1970.
    pub ends: i64,
}

impl Certificate {
    /// Reads one in DER.
    ///
    /// # Errors
    /// Why it cannot be read: a fragment without a full stop.
    pub fn read(der: &[u8]) -> Result<Self, String> {
        let (_, parsed) = X509Certificate::from_der(der)
            .map_err(|error| format!("the certificate cannot be read: {error}"))?;
        let names = parsed
            .subject_alternative_name()
            .ok()
            .flatten()
            .map(|extension| {
                let names = extension.value.general_names.iter();
                names.filter_map(name_text).take(MOST_NAMES).collect()
            })
            .unwrap_or_default();
        Ok(Self {
            names,
            issuer: issuer(&parsed),
            begins: parsed.validity().not_before.timestamp(),
            ends: parsed.validity().not_after.timestamp(),
        })
    }
}

fn name_text(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let v4: Option<[u8; 4]> = (*bytes).try_into().ok();
            let v6: Option<[u8; 16]> = (*bytes).try_into().ok();
            v4.map(|bytes| std::net::Ipv4Addr::from(bytes).to_string())
                .or_else(|| v6.map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()))
        }
        _ => None,
    }
}

fn issuer(certificate: &X509Certificate<'_>) -> String {
    let issuer = certificate.issuer();
    let first = |mut names: Vec<String>| names.drain(..).next();
    let organisation = first(
        issuer
            .iter_organization()
            .filter_map(|name| name.as_str().ok().map(str::to_owned))
            .collect(),
    );
    let common = first(
        issuer
            .iter_common_name()
            .filter_map(|name| name.as_str().ok().map(str::to_owned))
            .collect(),
    );
    match (organisation, common) {
        (Some(organisation), Some(common)) => format!("{organisation} ({common})"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => issuer.to_string(),
    }
}
