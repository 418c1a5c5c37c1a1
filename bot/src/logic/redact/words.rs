//! The words that names of secrets are made of. All lower case; matched against a name's words.

/// Words that a name of interest holds somewhere: what the first look searches for.
#[rustfmt::skip]
pub(super) const ANCHORS: &[&str] = &[
    "pass", "pwd", "secret", "token", "key", "cred", "auth", "salt", "sig", "cookie", "sess",
    "csrf", "xsrf", "jwt", "otp", "entropy", "mnemonic", "seed", "kennwort", "contrase", "senha",
    "wachtwoord", "parola", "sid", "code", "webhook", "pw", "psw", "sas", "dsn", "pat", "bearer", "access", "private", "bundle_",
];

/// Last words that say "password": any value is one.
#[rustfmt::skip]
pub(super) const PASSWORDS: &[&str] = &[
    "password", "passwords", "passwd", "passwort", "pwd", "pass", "passphrase", "passcode", "pw",
    "psw", "pswd", "kennwort", "contrasena", "contraseña", "senha", "wachtwoord", "parola",
    "motdepasse", "passe", "requirepass", "masterauth", "userpwd", "mnemonic", "pgpass", "passwds",
];

/// Last words that say "secret": a value that is no word of a message is one.
#[rustfmt::skip]
pub(super) const SECRETS: &[&str] = &[
    "secret", "secrets", "token", "tokens", "apikey", "apikeys", "apitoken", "credential",
    "credentials", "creds", "cred", "salt", "jwt", "bearer", "signature", "entropy", "assertion",
    "otp", "totp", "csrf", "xsrf", "csrftoken", "xsrftoken", "sessiontoken", "sas", "pat", "auth",
    "appsecret", "appkey", "hmac", "dsn", "sig",
];

/// Names of sessions: their values are hidden when they look random.
#[rustfmt::skip]
pub(super) const SESSIONS: &[&str] = &[
    "phpsessid", "jsessionid", "sessionid", "sessid", "sid", "session", "sess", "aspsessionid",
    "laravelsession", "connectsid", "symfony", "rememberme", "requestverificationtoken",
];

/// Endings of names written as one lower-case word: `dbpassword`, `secretaccesskey`.
pub(super) const PASSWORD_ENDINGS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "pwd",
    "pass",
    "passcode",
];

/// The same for tokens and keys.
#[rustfmt::skip]
pub(super) const SECRET_ENDINGS: &[&str] = &[
    "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "accountkey", "authkey",
    "signingkey", "masterkey", "encryptionkey", "sessionkey", "licensekey", "sharedkey",
    "credentials", "sharedaccesskey", "storagekey", "appkey",
];

/// Words that end in "pass" and mean something else.
#[rustfmt::skip]
pub(super) const NO_PASSWORDS: &[&str] = &[
    "bypass", "compass", "encompass", "trespass", "surpass", "overpass", "underpass", "multipass",
    "renderpass", "singlepass", "postpass", "firstpass", "keypass",
];

/// What makes a `key` a secret: `api_key`, `SECRET_KEY`, `accountKey`.
#[rustfmt::skip]
pub(super) const KEY_OWNERS: &[&str] = &[
    "api", "secret", "private", "priv", "access", "signing", "sign", "signature", "encryption",
    "encrypt", "enc", "decryption", "crypt", "crypto", "master", "app", "application", "license",
    "licence", "account", "auth", "authentication", "authorization", "admin", "service", "ssh",
    "storage", "shared", "deploy", "deployment", "webhook", "session", "cookie", "token", "jwt",
    "jwk", "hmac", "aes", "rsa", "des", "dsa", "ecdsa", "ed25519", "consumer", "subscription",
    "functions", "function", "write", "read", "ingest", "ingestion", "insert", "integration",
    "integrations", "server", "personal", "logged", "in", "nonce", "security", "secure", "pgp",
    "gpg", "ssl", "tls", "cert", "certificate", "vault", "unseal", "recovery", "wallet", "bot",
    "dev", "developer", "rest", "maps", "mailer", "mail", "payment", "payments", "merchant",
    "passport", "oauth", "client", "user", "root", "sas", "stream", "search", "tracking",
    "reporting", "monitoring", "agent", "node", "validator", "sync", "push", "fcm", "vapid", "sms",
    "anon", "role", "management", "credential", "credentials", "symmetric", "instrumentation",
    "connection", "basic",
];

/// Last words that say that the value is about a secret, not one.
#[rustfmt::skip]
pub(super) const ABOUT: &[&str] = &[
    "id", "ids", "name", "names", "type", "types", "length", "len", "size", "count", "expires",
    "expiry", "expiration", "expire", "exp", "at", "uri", "url", "endpoint", "path", "file",
    "files", "filename", "dir", "directory", "ttl", "policy", "policies", "field", "fields",
    "column", "version", "header", "headers", "status", "required", "enabled", "disabled", "valid",
    "invalid", "timeout", "limit", "limits", "max", "min", "usage", "used", "reset", "prompt",
    "label", "hint", "algorithm", "alg", "algo", "method", "methods", "provider", "providers",
    "manager", "store", "service", "rule", "rules", "strength", "format", "prefix", "suffix",
    "pattern", "regex", "regexp", "index", "position", "table", "class", "interface", "exception",
    "error", "errors", "handler", "factory", "generator", "controller", "repository", "model",
    "entity", "arn", "ref", "fingerprint", "thumbprint", "date", "time", "timestamp", "created",
    "updated", "age", "rotation", "scope", "scopes", "issuer", "audience", "mode", "options",
    "flag", "encoder", "hasher", "broker", "ring", "map", "space", "per", "second", "minute",
    "total", "input", "output", "tty", "agent", "plugin", "module", "backend", "lifetime",
    "interval", "bits", "bytes", "exists", "failed", "failure", "failures", "success", "attempts",
    "changed", "check", "state", "server", "host", "hostname", "port", "email", "username",
    "domain", "realm", "group", "level", "window", "cache", "pool", "queue", "stream", "source",
];

/// Words that change nothing: `password_confirmation`, `secret_key_base`, `TOKEN_PROD`.
#[rustfmt::skip]
pub(super) const NEUTRAL: &[&str] = &[
    "b", "v", "value", "val", "raw", "plain", "plaintext", "text", "clear", "cleartext", "base64",
    "b64", "encoded", "encrypted", "prod", "production", "dev", "development", "staging", "stage",
    "test", "testing", "live", "sandbox", "default", "new", "old", "current", "previous", "prev",
    "confirmation", "confirm", "confirmed", "again", "repeat", "retype", "base", "env", "string",
    "str", "data", "var", "main", "backup", "primary", "secondary", "hash", "hashed", "digest",
    "v1", "v2", "v3", "local", "hex", "json", "pem", "here", "string", "write", "only", "admin",
    "user", "root", "write", "ro", "rw", "demo", "secure", "super", "values",
];

/// Words that make any key harmless.
#[rustfmt::skip]
pub(super) const HARMLESS: &[&str] = &[
    "public", "publishable", "pub", "pubkey", "foreign", "primary", "cache", "sort", "partition",
    "idempotency", "routing", "row", "object", "lock", "index", "etag", "hash", "job", "queue", "task", "image", "asset", "bucket", "request", "trace", "span", "event", "record", "config", "translation", "message",
    "property", "registry", "hot", "host", "surrogate", "composite", "unique", "natural", "range",
    "group", "dedup", "shard", "storage_object",
];

/// Vendors that name their keys after themselves: `MAILCHIMP=...`, `fastlyKey`.
#[rustfmt::skip]
pub(super) const VENDORS: &[&str] = &[
    "adafruit", "adobe", "airtable", "aiven", "algolia", "alibaba", "aliyun", "amplitude",
    "anthropic", "appcues", "artifactory", "asana", "atlassian", "auth0", "aws", "azure", "beamer",
    "bintray", "bitbucket", "bitly", "bittrex", "blackfire", "braintree", "bugsnag", "buildkite",
    "cloudflare", "cloudinary", "codacy", "codeclimate", "codecov", "cohere", "coinbase",
    "confluent", "contentful", "coveralls", "datadog", "deepl", "digitalocean", "discord",
    "doppler", "dropbox", "droneci", "dynatrace", "elastic", "etsy", "facebook", "fastly", "figma",
    "finicity", "finnhub", "firebase", "flickr", "freshbooks", "freshdesk", "ghost", "github",
    "gitlab", "gitter", "giphy", "google", "grafana", "heroku", "honeybadger", "honeycomb",
    "hubspot", "huggingface", "instagram", "intercom", "ipinfo", "ipstack", "jenkins", "jfrog",
    "jira", "jumpcloud", "keen", "klaviyo", "kraken", "kucoin", "launchdarkly", "linear",
    "linkedin", "linode", "lob", "logdna", "loggly", "looker", "mailchimp", "mailgun", "mailjet",
    "mandrill", "mapbox", "mattermost", "meraki", "messagebird", "mixpanel", "netlify", "newrelic",
    "nexmo", "notion", "npm", "nytimes", "okta", "openai", "openweather", "opsgenie", "pagerduty",
    "papertrail", "paypal", "pendo", "pingdom", "plaid", "plivo", "postmark", "privateai", "pubnub",
    "pusher", "rapidapi", "razorpay", "rollbar", "salesforce", "scalyr", "segment", "sendbird",
    "sendgrid", "sentry", "shodan", "shopify", "sinch", "slack", "snyk", "sonar", "sonarqube",
    "sonarcloud", "spotify", "square", "squarespace", "stripe", "sumologic", "telegram", "telnyx",
    "tencent", "travis", "travisci", "trello", "twilio", "twitch", "twitter", "typeform",
    "unsplash", "vercel", "vonage", "wakatime", "xray", "yandex", "zendesk", "zenrows", "zoom",
    "anypoint", "apifonica", "appointedd", "besttime", "betterstack", "blazemeter", "browshot",
    "buddyns", "buttercms", "caflou", "campayn", "capsulecrm", "chartmogul", "chatfuel", "cliengo",
    "cloudmersive", "cloudsmith", "cloverly", "codequiry", "currencyfreaks", "dareboost", "databox",
    "deepgram", "documo", "ethplorer", "eventbrite", "everhour", "extractorapi", "fastforex",
    "flexport", "geocodify", "getemail", "getgist", "getresponse", "hootsuite", "nicereply",
    "nozbe", "onesignal", "opencagedata", "packagecloud", "pagarme", "paperform", "parseur",
    "pepipost", "planyo", "proxycrawl", "pushbullet", "qualaroo", "qubole", "rebrandly",
    "restpack", "rocketreach", "runscope", "salesblink", "scrapingant", "screenshotapi",
    "selectpdf", "shotstack", "signaturit", "signupgenius", "simplynoted", "smartsheet",
    "smartsheets", "spoonacular", "statuscake", "supernotes", "surveybot", "tickettailor",
    "timezoneapi", "cloudant", "softlayer", "toggl", "transferwise", "uclassify", "vatlayer", "versioneye",
    "visualcrossing", "voiceflow", "wandb", "worldweather", "zipcodebase",
    "abuseipdb", "alchemy", "infura", "etherscan", "moralis", "kairos", "clearbit", "hunter",
    "virustotal", "urlscan", "shippo", "easypost",
];

/// Names of cookies and headers' attributes that are never secret.
#[rustfmt::skip]
pub(super) const COOKIE_ATTRIBUTES: &[&str] = &[
    "path", "domain", "expires", "max-age", "samesite", "version", "priority", "lang", "locale",
    "theme", "currency", "timezone", "tz",
];
