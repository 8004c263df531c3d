extension HearthConfiguration {
    /// Where callers connect, and what they may cost.
    package struct Listener: Sendable {
        package var host: String
        /// 0 lets the system choose a free port.
        package var port: Int
        /// Metrics, jobs and administration on a listener of their own.
        package var adminPort: Int?
        /// Whether a proxy in front adds TLS and is trusted to say who the caller is.
        package var isBehindProxy: Bool
        /// Nil where connections are not encrypted.
        package var tls: TLS?
        package var limits: Limits
        /// Other names of this machine, beside those of the loopback, for a service that lets everybody in.
        package var hostNames: [String]

        /// Whether only this machine can connect.
        package var isLoopback: Bool { LoopbackAddress.contains(host) }

        init(reading reader: inout SettingReader) {
            host = reader.value(ListenerSettings.host)
            port = reader.value(ListenerSettings.port)
            adminPort = reader.value(ListenerSettings.adminPort)
            isBehindProxy = reader.value(ListenerSettings.behindProxy)
            tls = TLS(reading: &reader)
            limits = Limits(reading: &reader)
            hostNames = (reader.value(ListenerSettings.hostNames) ?? "").split(separator: ";").map { SettingText.trimmed($0) }
        }
    }

    /// The files of an encrypted listener, as paths that do not depend on the working directory.
    package struct TLS: Sendable {
        package var certificateFile: String
        package var keyFile: String
        /// Who signs the certificates of clients that may reach administration; nil where none is asked for.
        package var clientAuthorityFile: String?

        /// Nil unless both a certificate and its key are named.
        init?(reading reader: inout SettingReader) {
            let certificate = reader.path(ListenerSettings.certificateFile)
            let key = reader.path(ListenerSettings.keyFile)
            clientAuthorityFile = reader.path(ListenerSettings.clientAuthorityFile)
            guard let certificate, let key else {
                if certificate != nil {
                    reader.report("listener.tls.certificateFile", "needs its key: set HEARTH_TLS_KEY_FILE")
                } else if key != nil {
                    reader.report("listener.tls.keyFile", "needs its certificate: set HEARTH_TLS_CERTIFICATE_FILE")
                } else if clientAuthorityFile != nil {
                    reader.report(
                        "listener.tls.clientAuthorityFile",
                        "needs a certificate of Hearth's own: set HEARTH_TLS_CERTIFICATE_FILE and HEARTH_TLS_KEY_FILE")
                }
                return nil
            }
            certificateFile = certificate
            keyFile = key
        }
    }

    /// The bounds that keep slow, large and numerous callers harmless.
    package struct Limits: Sendable {
        package var idleTimeout: Duration
        package var headerTimeout: Duration
        package var handshakeTimeout: Duration
        /// A body must arrive at this rate, in bytes per second, once ``bodyGracePeriod`` is over.
        package var minimumBodyRate: Int
        package var bodyGracePeriod: Duration
        /// How long a caller may take none of the answer's bytes.
        package var writeTimeout: Duration
        package var headerFields: Int
        package var headerBytes: Int
        package var connections: Int
        package var connectionsPerAddress: Int
        package var bodyBytes: Int
        package var queryCharacters: Int

        init(reading reader: inout SettingReader) {
            idleTimeout = reader.value(ListenerSettings.idleTimeout)
            headerTimeout = reader.value(ListenerSettings.headerTimeout)
            handshakeTimeout = reader.value(ListenerSettings.handshakeTimeout)
            minimumBodyRate = reader.value(ListenerSettings.minimumBodyRate)
            bodyGracePeriod = reader.value(ListenerSettings.bodyGracePeriod)
            writeTimeout = reader.value(ListenerSettings.writeTimeout)
            headerFields = reader.value(ListenerSettings.headerFields)
            headerBytes = reader.value(ListenerSettings.headerBytes)
            connections = reader.value(ListenerSettings.connections)
            connectionsPerAddress = reader.value(ListenerSettings.connectionsPerAddress)
            bodyBytes = reader.value(ListenerSettings.bodyBytes)
            queryCharacters = reader.value(ListenerSettings.queryCharacters)
        }
    }
}

enum ListenerSettings {
    static let host = Setting<String>.text(
        SettingPlace("listener.host", variable: "HEARTH_HOST", flag: "--host"), "127.0.0.1", allowed: "an address or host name",
        "Address to listen on")
    static let port = Setting<Int>.integer(
        SettingPlace("listener.port", variable: "HEARTH_PORT", flag: "--port"), 4327, in: 0...65535,
        "Port to listen on; 0 takes any free one")
    static let adminPort = Setting<Int?>.optionalInteger(
        SettingPlace("listener.adminPort", variable: "HEARTH_ADMIN_PORT"), in: 1...65535,
        "Port of a listener of its own for metrics, jobs and administration")
    static let behindProxy = Setting<Bool>.boolean(
        SettingPlace("listener.behindProxy", variable: "HEARTH_BEHIND_PROXY"), false,
        "Whether a proxy in front of Hearth ends TLS")
    static let certificateFile = Setting<String?>.optionalText(
        SettingPlace("listener.tls.certificateFile", variable: "HEARTH_TLS_CERTIFICATE_FILE"), allowed: "the path of a file",
        "Certificate in PEM, with the chain up to the authority, for listeners that speak TLS themselves")
    static let keyFile = Setting<String?>.optionalText(
        SettingPlace("listener.tls.keyFile", variable: "HEARTH_TLS_KEY_FILE"), allowed: "the path of a file",
        "Key of that certificate in PEM, without a passphrase")
    static let clientAuthorityFile = Setting<String?>.optionalText(
        SettingPlace("listener.tls.clientAuthorityFile", variable: "HEARTH_TLS_CLIENT_CA_FILE"), allowed: "the path of a file",
        "Authorities in PEM; the listener for administration lets in only clients with a certificate of theirs")
    static let hostNames = Setting<String?>.optionalText(
        SettingPlace("listener.hostNames", variable: "HEARTH_HOSTNAMES"), allowed: "names of this machine, with ; between them",
        "Names under which a service without credentials may be asked, beside localhost; others are refused, since a page of another site "
            + "could make its own name lead here")
    static let idleTimeout = Setting<Duration>.duration(
        "listener.limits.idleTimeout", .seconds(60), in: .seconds(1) ... .seconds(3600), "How long a connection may be silent")
    static let headerTimeout = Setting<Duration>.duration(
        "listener.limits.headerTimeout", .seconds(10), in: .seconds(1) ... .seconds(600), "How long the whole header may take")
    static let handshakeTimeout = Setting<Duration>.duration(
        "listener.limits.handshakeTimeout", .seconds(10), in: .seconds(1) ... .seconds(600),
        "How long a new connection may take until it is encrypted")
    static let minimumBodyRate = Setting<Int>.bytes(
        "listener.limits.minimumBodyRate", 1024, in: 0...1_000_000_000, "Bytes per second at which a body must arrive")
    static let bodyGracePeriod = Setting<Duration>.duration(
        "listener.limits.bodyGracePeriod", .seconds(5), in: .zero ... .seconds(600), "How long a body may be slower than that")
    static let writeTimeout = Setting<Duration>.duration(
        "listener.limits.writeTimeout", .seconds(30), in: .seconds(1) ... .seconds(3600),
        "How long a caller may take nothing of the answer")
    static let headerFields = Setting<Int>.integer("listener.limits.headerFields", 100, in: 10...1000, "Header fields of one request")
    static let headerBytes = Setting<Int>.bytes(
        "listener.limits.headerBytes", 16 << 10, in: 1024...(1 << 20), "Size of one request's header")
    static let connections = Setting<Int>.integer("listener.limits.connections", 10_000, in: 1...1_000_000, "Connections in all")
    static let connectionsPerAddress = Setting<Int>.integer(
        "listener.limits.connectionsPerAddress", 200, in: 1...1_000_000, "Connections from one address")
    static let bodyBytes = Setting<Int>.bytes("listener.limits.bodyBytes", 256 << 10, in: 1024...(64 << 20), "Size of one request's body")
    static let queryCharacters = Setting<Int>.integer("listener.limits.queryCharacters", 500, in: 1...10_000, "Characters of one question")

    static let all = [
        host.description, port.description, adminPort.description, behindProxy.description, hostNames.description,
        certificateFile.description,
        keyFile.description, clientAuthorityFile.description, idleTimeout.description, headerTimeout.description,
        handshakeTimeout.description, minimumBodyRate.description, bodyGracePeriod.description, writeTimeout.description,
        headerFields.description, headerBytes.description, connections.description, connectionsPerAddress.description,
        bodyBytes.description, queryCharacters.description,
    ]
}
