import CPostgres

/// Where a PostgreSQL server is and how to log in, from `postgres://user:password@host:port/name?sslmode=…`.
///
/// libpq reads the address itself, so everything that `psql` accepts as a URL is accepted here.
package struct PostgresAddress: Sendable, Equatable, CustomStringConvertible {
    /// The address as it was given, password included.
    let url: Secret
    package let host: String
    package let port: String
    package let user: String?
    package let database: String?
    let password: Secret?

    /// - Throws: ``StoreProbeError`` of kind `address`; the text does not repeat the address, because it may hold a password.
    package init(url: String) throws(StoreProbeError) {
        func fault(_ cause: String) -> StoreProbeError {
            StoreProbeError(kind: .address, store: "PostgreSQL", address: "", cause: cause)
        }
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw fault("it does not begin with postgres:// or postgresql://")
        }
        guard let options = Self.options(url) else { throw fault("a part of it is malformed; special characters must be percent-encoded") }
        self.url = Secret(url)
        host = options["host"] ?? options["hostaddr"] ?? "localhost"
        port = options["port"] ?? "5432"
        user = options["user"]
        database = options["dbname"]
        password = options["password"].map(Secret.init)
    }

    /// The address without user and password.
    package var description: String {
        let name = host.contains(":") && !host.hasPrefix("/") ? "[\(host)]" : host
        return "postgres://\(name):\(port)/\(database ?? "")"
    }

    /// Every option that the address sets; nil when libpq cannot read it.
    private static func options(_ url: String) -> [String: String]? {
        // No error text is asked for: libpq's repeats the whole address.
        guard let first = unsafe PQconninfoParse(url, nil) else { return nil }
        defer { unsafe PQconninfoFree(first) }
        var options: [String: String] = [:]
        var position = unsafe first
        // The list ends with an option without a name.
        while let keyword = unsafe position.pointee.keyword {
            if let value = unsafe position.pointee.val { unsafe options[String(cString: keyword)] = String(cString: value) }
            unsafe position += 1
        }
        return options
    }
}
