import Foundation

/// The zone that the machine's own clocks show.
enum MachineZone {
    static let name = TimeZone.current.identifier
}
