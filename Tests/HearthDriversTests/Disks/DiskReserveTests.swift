import Foundation
import HearthTestKit
import Testing

@testable import HearthDrivers

@Suite("Room that is kept on a disk")
struct DiskReserveTests {
    @Test("It is real room: a full disk has as much again when it is given up, and it is not made again before there is enough")
    func room() async throws {
        let disk = try await SmallDisk(megabytes: 8)
        let reserve = DiskReserve(path: disk.path + "/reserve", bytes: 2 << 20)
        reserve.keep()
        #expect(reserve.heldBytes == 2 << 20)
        try await disk.fill()
        #expect(try DiskSpace(of: disk.path).freeBytes == 0)
        reserve.giveUp()
        #expect(try DiskSpace(of: disk.path).freeBytes == Double(2 << 20))
        reserve.keep()
        #expect(reserve.heldBytes == 0)
        try disk.free()
        reserve.keep()
        #expect(reserve.heldBytes == 2 << 20)
        try await disk.remove()
    }

    @Test("Where the folder is gone nothing is kept, and nothing fails")
    func noFolder() throws {
        let folder = try TemporaryFolder()
        let reserve = DiskReserve(path: folder.path + "/gone/reserve", bytes: 1 << 20)
        reserve.keep()
        #expect(reserve.heldBytes == 0)
        reserve.giveUp()
    }
}
