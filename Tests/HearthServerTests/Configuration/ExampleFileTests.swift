import Foundation
import HearthServer
import Testing

@Suite("Configuration: the example file and the table of the documents")
struct ExampleFileTests {
    private static let repository: String = {
        var parts = #filePath.split(separator: "/").dropLast(4)
        parts.append("config")
        return "/" + parts.joined(separator: "/")
    }()

    @Test("The shipped example is what the catalogue says; if not: hearth config list --format yaml > config/hearth.example.yaml")
    func isCurrent() throws {
        let shipped = try String(contentsOfFile: Self.repository + "/hearth.example.yaml", encoding: .utf8)
        #expect(shipped == SettingCatalogue.exampleFile())
    }

    @Test("The example changes nothing as it stands")
    func isHarmless() throws {
        let loaded = try load(file: SettingCatalogue.exampleFile())
        #expect(loaded.settings.allSatisfy { $0.origin == .defaults })
    }

    @Test("With every comment sign removed it still says exactly the defaults")
    func uncommented() throws {
        let lines = SettingCatalogue.exampleFile().split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            let margin = line.prefix { $0 == " " }
            let rest = line[margin.endIndex...]
            guard rest.hasPrefix("#"), !rest.hasPrefix("# "), !rest.contains("File: /run/secrets/") else { return String(line) }
            return String(margin) + rest.dropFirst()
        }
        let loaded = try load(file: lines.joined(separator: "\n"))
        for setting in loaded.settings {
            #expect(setting.text == setting.setting.defaultText, "\(setting.setting.key)")
            #expect(setting.text == nil || setting.origin != .defaults, "\(setting.setting.key) is not in the file")
        }
    }

    @Test("The table names every variable once and stands in for repeated settings by one line")
    func table() {
        let table = SettingCatalogue.markdown()
        for setting in SettingCatalogue.all {
            guard let variable = setting.variable else { continue }
            #expect(table.components(separatedBy: "`\(variable)`").count == 2, "\(variable)")
        }
        #expect(table.contains("| `jobs.<job>.timezone` |"))
        #expect(table.contains("| `cache.lifetime.<category>` |"))
        #expect(table.contains("| `warm-cache` | `@startup; 30 2 * * *` |"))
        #expect(!table.contains("jobs.prune-cache."))
    }
}
