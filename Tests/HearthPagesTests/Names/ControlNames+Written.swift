import HearthTelemetry

extension ControlNames {
    /// As they are meant to be: a change here is a change for everybody who hears a page.
    static func written(in language: Language) -> String {
        switch language {
        case .ru: russian
        case .en: english
        case .es: spanish
        case .pt: portuguese
        case .he: hebrew
        }
    }
}
