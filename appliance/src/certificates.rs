//! The box's certificates: one authority for its own server certificate, one
//! for agents' client certificates. Their keys are used by the operator's
//! command line and by no running process.

use firebox_protocol::Stop;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use zeroize::Zeroizing;

/// Validity of an authority, in days: ten years.
const AUTHORITY_DAYS: i64 = 3650;
/// Validity of a server or client certificate, in days. Browsers refuse server
/// certificates of private authorities beyond 825.
const LEAF_DAYS: i64 = 820;

/// An authority: certificate and key.
pub(crate) struct Authority {
    certificate_pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, PEM.
pub(crate) struct Leaf {
    /// The certificate.
    pub(crate) certificate_pem: String,
    /// The key.
    pub(crate) key_pem: Zeroizing<String>,
}

impl Authority {
    /// Makes a new authority.
    pub(crate) fn create(name: &str) -> Result<Self, Stop> {
        let mut params = params(name, AUTHORITY_DAYS)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(wrong)?;
        let certificate_pem = params.self_signed(&key).map_err(wrong)?.pem();
        Ok(Self {
            certificate_pem,
            issuer: Issuer::new(params, key),
        })
    }

    /// Reads an authority from PEM.
    pub(crate) fn read(certificate_pem: &str, key_pem: &str) -> Result<Self, Stop> {
        let key = KeyPair::from_pem(key_pem).map_err(wrong)?;
        let issuer = Issuer::from_ca_cert_pem(certificate_pem, key).map_err(wrong)?;
        Ok(Self {
            certificate_pem: certificate_pem.to_owned(),
            issuer,
        })
    }

    /// Gives the authority's certificate.
    pub(crate) fn certificate_pem(&self) -> String {
        self.certificate_pem.clone()
    }

    /// Gives the authority's key.
    pub(crate) fn key_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(self.issuer.key().serialize_pem())
    }

    /// Makes a server certificate for `hosts`; 127.0.0.1 stands beside localhost.
    pub(crate) fn server(&self, hosts: &[String]) -> Result<Leaf, Stop> {
        let mut names = hosts.to_vec();
        if names.iter().any(|name| name == "localhost") {
            names.push("127.0.0.1".to_owned());
        }
        let mut params = CertificateParams::new(names).map_err(wrong)?;
        dress(&mut params, "Firebox", LEAF_DAYS)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(params)
    }

    /// Makes a client certificate for the agent of a service.
    pub(crate) fn agent(&self, service: &str) -> Result<Leaf, Stop> {
        let mut params = params(&format!("agent:{service}"), LEAF_DAYS)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Result<Leaf, Stop> {
        let key = KeyPair::generate().map_err(wrong)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(wrong)?;
        Ok(Leaf {
            certificate_pem: certificate.pem(),
            key_pem: Zeroizing::new(key.serialize_pem()),
        })
    }
}

fn params(name: &str, days: i64) -> Result<CertificateParams, Stop> {
    let mut params = CertificateParams::new(Vec::<String>::new()).map_err(wrong)?;
    dress(&mut params, name, days)?;
    Ok(params)
}

/// Sets name and validity. The start lies a day back, for clocks that differ.
fn dress(params: &mut CertificateParams, name: &str, days: i64) -> Result<(), Stop> {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    params.distinguished_name = distinguished;
    let now = jiff::Timestamp::now();
    let date = |offset_days: i64| {
        let at = now
            .checked_add(jiff::SignedDuration::from_hours(offset_days * 24))
            .map_err(|e| Stop::operating_system(format!("the clock is wrong: {e}")))?;
        Ok::<_, Stop>(at.to_zoned(jiff::tz::TimeZone::UTC).date())
    };
    let (start, end) = (date(-1)?, date(days)?);
    params.not_before = rcgen::date_time_ymd(
        start.year().into(),
        start.month().unsigned_abs(),
        start.day().unsigned_abs(),
    );
    params.not_after = rcgen::date_time_ymd(
        end.year().into(),
        end.month().unsigned_abs(),
        end.day().unsigned_abs(),
    );
    Ok(())
}

fn wrong(error: rcgen::Error) -> Stop {
    Stop::failed(format!("a certificate cannot be made: {error}"))
}
