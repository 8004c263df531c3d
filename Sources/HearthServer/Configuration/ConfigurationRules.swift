/// What no single setting can tell: contradictions between two, and what a profile or a purpose demands.
enum ConfigurationRules {
    static func check(
        _ configuration: HearthConfiguration, for purpose: ConfigurationPurpose, reader: inout SettingReader
    ) {
        checkContradictions(configuration, reader: &reader)
        if configuration.profile == .production { checkProduction(configuration, reader: &reader) }
        if purpose == .serve { checkProvider(configuration, reader: &reader) }
    }

    private static func checkContradictions(_ configuration: HearthConfiguration, reader: inout SettingReader) {
        let redis = configuration.redis
        if redis.poolMinimum > redis.poolMaximum {
            reader.report(
                "redis.poolMin", value: "\(redis.poolMinimum)", "is more than redis.poolMax, which is \(redis.poolMaximum)")
        }
        if let adminPort = configuration.listener.adminPort, adminPort == configuration.listener.port {
            reader.report("listener.adminPort", value: "\(adminPort)", "is the same as listener.port; give administration one of its own")
        }
        checkTransport(configuration.listener, reader: &reader)
        let provider = configuration.provider
        if provider.connectTimeout > provider.timeout {
            reader.report(
                "provider.connectTimeout", value: SettingText.write(provider.connectTimeout),
                "is more than provider.timeout, which is \(SettingText.write(provider.timeout))")
        }
        checkGateway(configuration.gateway, reader: &reader)
        checkTokens(configuration.credentials.tokens, reader: &reader)
        let cache = configuration.cache
        if cache.memoryBytes > 0, cache.maximumAnswerBytes > cache.memoryBytes {
            reader.report(
                "cache.maximumAnswerBytes", value: SettingText.write(bytes: cache.maximumAnswerBytes),
                "is more than cache.memoryBytes, which is \(SettingText.write(bytes: cache.memoryBytes))")
        }
    }

    /// A listener that cannot make any connection should not be found out by the first client.
    private static func checkTransport(_ listener: HearthConfiguration.Listener, reader: inout SettingReader) {
        guard let tls = listener.tls else { return }
        if tls.clientAuthorityFile != nil, listener.adminPort == nil {
            reader.report(
                "listener.tls.clientAuthorityFile",
                "is about the listener for administration, and there is none: set HEARTH_ADMIN_PORT, or leave it out")
        }
        do {
            _ = try ServerCertificate.read(tls)
        } catch {
            reader.report(error.setting, value: error.path, "cannot be used: \(error.reason)")
        }
    }

    /// Names that mean nothing would be found out only when a provider fails.
    private static func checkGateway(_ gateway: HearthConfiguration.Gateway, reader: inout SettingReader) {
        let known = [GatewayLists.mainProvider] + gateway.providers.map(\.name)
        let routed = Set(gateway.routes.values.flatMap { $0.flatMap { $0.map(\.name) } })
        for name in routed.sorted() where !known.contains(name) {
            reader.report("gateway.routes", value: name, "is no provider; known are \(known.joined(separator: ", "))")
        }
        for provider in gateway.providers where !routed.contains(provider.name) {
            reader.report(
                "gateway.providers", value: provider.name,
                "is asked for no model; name it in gateway.routes, such as *=main, \(provider.name)")
        }
        for (alias, model) in gateway.aliases.sorted(by: { $0.key < $1.key }) where gateway.routes[alias] != nil {
            reader.report("gateway.routes", value: alias, "is an alias, which is resolved first; name its model, \(model)")
        }
        for name in gateway.providerKeys.keys.sorted() where name != GatewayLists.mainProvider && !known.contains(name) {
            reader.report("gateway.providerKeys", value: name, "is no provider; known are \(known.dropFirst().joined(separator: ", "))")
        }
    }

    /// A token is worth what its issuer and its audience are: without them any service's tokens would do.
    private static func checkTokens(_ tokens: HearthConfiguration.Tokens, reader: inout SettingReader) {
        let sources = [
            ("credentials.tokens.secret", tokens.secret != nil), ("credentials.tokens.keys", tokens.keysFile != nil),
            ("credentials.tokens.keysURL", tokens.keysURL != nil),
        ].filter(\.1).map(\.0)
        guard let source = sources.first else {
            for (key, value) in [("issuer", tokens.issuer), ("audience", tokens.audience)] where value != nil {
                reader.report(
                    "credentials.tokens.\(key)", "is of no use without keys: set HEARTH_JWT_SECRET, HEARTH_JWT_KEYS or HEARTH_JWT_KEYS_URL")
            }
            return
        }
        if sources.count > 1 { reader.report(sources[1], "is given beside \(source); keep one of them") }
        if tokens.issuer == nil { reader.report(source, "needs an issuer: set HEARTH_JWT_ISSUER to what the claim iss must be") }
        if tokens.audience == nil { reader.report(source, "needs an audience: set HEARTH_JWT_AUDIENCE to what the claim aud must have") }
    }

    private static func checkProduction(_ configuration: HearthConfiguration, reader: inout SettingReader) {
        let listener = configuration.listener
        if !listener.isLoopback, !listener.isBehindProxy, listener.tls == nil {
            reader.report(
                "listener.host", value: listener.host,
                "can be reached from other machines without TLS: set HEARTH_TLS_CERTIFICATE_FILE and HEARTH_TLS_KEY_FILE, put a proxy in front and set HEARTH_BEHIND_PROXY=true, or listen on 127.0.0.1"
            )
        }
        if let tls = listener.tls, BoundedFile.isReadableByEverybody(tls.keyFile) {
            reader.report("listener.tls.keyFile", value: tls.keyFile, "can be read by every user of this machine: chmod o-r it")
        }
        if configuration.provider.isSimulated {
            reader.report(
                "provider.simulate", value: "true",
                "production does not give invented answers: set OPENAI_API_KEY or OPENAI_BASE_URL instead")
        }
        for file in reader.secretFiles where BoundedFile.isReadableByEverybody(file.path) {
            reader.report(
                ConfigurationFault(
                    origin: file.origin, subject: file.key + "File", value: file.path,
                    problem: "can be read by every user of this machine: chmod o-r it"))
        }
    }

    /// A provider of the operator's own may need no key, the default one always does.
    private static func checkProvider(_ configuration: HearthConfiguration, reader: inout SettingReader) {
        let provider = configuration.provider
        guard provider.apiKey == nil, !provider.isSimulated, provider.baseURL == ProviderSettings.baseURL.fallback,
            !reader.faults.contains(where: { $0.subject.hasPrefix("provider.") })
        else { return }
        let alternative = configuration.profile == .production ? "" : ", or give --simulate-provider to try Hearth with invented answers"
        reader.report("provider.apiKey", "\(provider.baseURL) needs a key: set OPENAI_API_KEY\(alternative)")
    }
}

/// What the configuration is read for.
package enum ConfigurationPurpose: Sendable {
    /// To run the service: what that needs must be there.
    case serve
    /// To look at it: only what is written is judged.
    case show
}
