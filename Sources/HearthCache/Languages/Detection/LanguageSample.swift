import HearthTelemetry

/// Text from which letter triples are counted: messages as people write them, written for Hearth.
///
/// Only the languages that share the Latin script have one; the others are told by their letters.
enum LanguageSample {
    static func text(_ language: Language) -> String {
        let bytes: [UInt8] =
            switch language {
            case .en: PackageResources.en_sample_txt
            case .es: PackageResources.es_sample_txt
            case .pt: PackageResources.pt_sample_txt
            case .ru, .he: []
            }
        return String(decoding: bytes, as: UTF8.self)
    }
}
