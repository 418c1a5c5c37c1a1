//! Connects to a pinned address, and speaks TLS there with the name that was asked for. A certificate
//! that is not to be trusted is looked at all the same, and the verdict kept; what may be sent over
//! such a connection is left to the caller.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore,
    SignatureScheme,
};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How long one address may take to be connected to; the next is tried then.
const CONNECT_TIME: Duration = Duration::from_secs(3);

/// Addresses tried at most.
const MOST_TRIED: usize = 3;

/// A connection, to where, and how long it took.
#[derive(Debug)]
pub struct Connected {
    /// The connection.
    pub stream: TcpStream,
    /// Where to.
    pub address: SocketAddr,
    /// How long it took, attempts that failed not counted.
    pub took: Duration,
}

/// Connects to the first address that lets us.
///
/// # Errors
/// Why none does: a fragment without a full stop.
pub async fn tcp(addresses: &[SocketAddr]) -> Result<Connected, String> {
    let mut reason = "there is no address to connect to".to_owned();
    for address in addresses.iter().take(MOST_TRIED) {
        let started = Instant::now();
        match timeout(CONNECT_TIME, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                return Ok(Connected {
                    stream,
                    address: *address,
                    took: started.elapsed(),
                });
            }
            Ok(Err(error)) => reason = format!("{address}: {}", in_words(&error)),
            Err(_) => {
                reason = format!("{address}: no answer within {} s", CONNECT_TIME.as_secs());
            }
        }
    }
    Err(reason)
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused, nothing listens there".to_owned(),
        io::ErrorKind::ConnectionReset => "the connection was reset".to_owned(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "the network has no way there".to_owned()
        }
        _ => error.to_string(),
    }
}

/// A TLS connection and what is thought of its certificate.
#[derive(Debug)]
pub struct Secured {
    /// The connection.
    pub stream: TlsStream<TcpStream>,
    /// Why the certificate is not to be trusted; `None` where it is.
    pub distrust: Option<String>,
    /// How long the handshake took.
    pub took: Duration,
}

/// Shakes hands with the server for `host`, whatever its certificate says.
///
/// # Errors
/// Why the handshake failed: a fragment without a full stop.
pub async fn tls(
    stream: TcpStream,
    host: &str,
    roots: &Arc<RootCertStore>,
) -> Result<Secured, String> {
    let started = Instant::now();
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| format!("`{host}` is no name that a certificate can be for"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(&provider))
            .build()
            .map_err(|error| format!("prepare TLS: {error}"))?;
    let witness = Arc::new(Witness {
        inner: verifier,
        distrust: Mutex::new(None),
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("prepare TLS: {error}"))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .map_err(|error| format!("the TLS handshake failed: {error}"))?;
    let distrust = witness
        .distrust
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    Ok(Secured {
        stream,
        distrust,
        took: started.elapsed(),
    })
}

/// Verifies as ever, remembers the verdict, and lets the handshake go on: the certificate is what we
/// came to look at. Signatures are checked strictly, so that it is the server's own.
#[derive(Debug)]
struct Witness {
    inner: Arc<WebPkiServerVerifier>,
    distrust: Mutex<Option<String>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let verdict = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        if let Err(error) = verdict {
            let reason = distrust_in_words(&error);
            *self.distrust.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

fn distrust_in_words(error: &TlsError) -> String {
    match error {
        TlsError::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => "it has expired".to_owned(),
        TlsError::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        ) => "it is not valid yet".to_owned(),
        TlsError::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "it is for other names".to_owned(),
        TlsError::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "nobody known issued it".to_owned()
        }
        TlsError::InvalidCertificate(CertificateError::Revoked) => "it was revoked".to_owned(),
        other => other.to_string(),
    }
}
