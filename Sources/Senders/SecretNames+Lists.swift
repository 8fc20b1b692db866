// What apps call their secrets, folded: without separators, in lower case. Names of other languages stand where they are names of keys too.
extension SecretNames {
  /// A name that ends so: `accessToken`, `DB_PASSWORD`, `x-api-key`, `Set-Cookie`.
  static let endings = [
    "authorization", "cookie", "cookies", "password", "passwords", "passwd", "pwd", "passphrase", "passphrases", "passcode", "passcodes",
    "secret", "secrets", "token", "apikey", "apikeys", "privatekey", "privatekeys", "secretkey", "secretkeys", "accesskey", "accesskeys",
    "signingkey", "signingkeys", "encryptionkey", "masterkey", "sharedkey", "accountkey", "servicekey", "authkey", "licensekey",
    "licencekey", "subscriptionkey", "functionskey", "applicationkey", "sessionkey", "storagekey", "deploykey", "hostkey",
    "credential", "credentials", "accesstokens", "refreshtokens", "authtokens", "apitokens", "bearertokens", "sessionid", "sessid",
    "securitycode", "recoverycode", "recoverycodes", "backupcodes", "onetimecode", "onetimepassword", "verificationcode", "otpcode",
    "totpcode", "mfacode", "pincode", "authcode", "authorizationcode", "seedphrase", "recoveryphrase", "mnemonic", "passwordhash",
    "jwtassertion", "clientassertion", "creditcard", "debitcard", "bankcard", "cardnumber", "ccnumber", "ccnum", "samlresponse",
    "connectionstring",
    "passwort", "kennwort", "contraseña", "senha", "motdepasse", "wachtwoord", "пароль", "密码", "密碼", "パスワード", "비밀번호",
  ]

  /// The whole name.
  static let words = [
    "pin", "pins", "otp", "totp", "pw", "pswd", "psw", "passw", "jwt", "jwts", "idjwt", "cvv", "cvv2", "cvc", "cvc2", "ssn", "pan", "sig",
    "hmac", "connect.sid", "session_token", "phpauthpw", "phpauthdigest", "signedrequest", "xhubsignature", "xhubsignature256",
    "stripesignature", "xslacksignature", "xtwiliosignature", "xshopifyhmacsha256", "xamzsignature", "xgoogsignature", "xamzcredential",
    "xlinesignature", "xgitlabsignature", "webhooksignature", "xwebhooksignature", "xsignature", "paypaltransmissionsig",
    "xxsrftoken", "pgpass", "mysqlpwd", "sshkey", "pemkey", "keypem", "tlskey", "wifipsk", "psk", "presharedkey",
  ]

  /// The whole name, where text is a secret and a number is not.
  static let looseWords = [
    "tokens", "pass", "session", "sessions", "sid", "auth", "xauth", "bearer", "signature", "httpauth", "basicauth", "usersession",
  ]

  /// `db_pass`, `userPin`, `smtp_pw`: whose it is tells it from `boarding_pass` and `gpio_pin`.
  static let owners = [
    "user", "db", "database", "admin", "root", "smtp", "mail", "email", "imap", "ftp", "sftp", "ssh", "http", "proxy", "redis", "mysql",
    "pg",
    "postgres", "mongo", "ldap", "login", "my", "old", "new", "current", "account", "card", "access", "security", "sim", "bank", "basic",
    "rabbitmq", "amqp", "mqtt", "api", "client", "customer", "auth", "sms", "web", "wp", "j", "user_",
  ]

  /// A name that begins so: `password_hash`, `cardNumber`.
  static let beginnings = ["authorization", "password", "passwd", "card"].map { Array($0.utf8) }

  /// Words behind a name that do not change what it names: `token_value`, `new_password_confirmation`.
  static let tailWords = ["value", "confirmation", "confirm", "hash", "raw", "plain", "plaintext", "encrypted", "base64"]

  /// What makes of a beginning another word, or something about the secret.
  static let harmless: Set<String> = [
    "inal", "inality", "inals", "io", "iology", "iologist", "iovascular", "iac", "board", "boards", "igan", "count", "counts",
    "changed", "changedat", "updatedat", "resetat", "resets", "resetrequired", "expiresat", "expired", "expiry", "expires", "length",
    "minlength", "maxlength", "strength", "score", "policy", "attempts", "age", "required", "less", "reset", "lastchanged", "lastchangedat",
    "expirationdate", "field", "fields", "layout", "view", "title", "created", "createdat", "endpoint", "confirmationmatches", "error",
    "errors",
  ]
}
