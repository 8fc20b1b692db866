import Bellhop

extension Field {
  /// The setting `ca`, which all kinds have that speak TLS with a server.
  public static var ca: Field {
    Field("ca", .certificates, doc: "A PEM file of certificates to trust instead of the system's.", example: "/etc/bellhop/ca.pem")
  }
}
