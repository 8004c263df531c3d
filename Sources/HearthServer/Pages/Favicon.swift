/// The icon at `/favicon.ico`, for whoever asks without reading the page: 16 by 16 points, of which each has its colour here.
enum Favicon {
    static let contentType = "image/x-icon"

    private static let points = [
        "................", ".......BB.......", "......BBBB......", ".....BBBBBB.....", "....BBBBBBBB....", "...BBBBBBBBBB...",
        "..BBBBBYYBBBBB..", ".BBBBBBYYBBBBBB.", ".BBBBBBYYYBBBBB.", ".BBBBBYYYYBBBBB.", ".BBBBYYYYYYBBBB.", ".BBBBYYYYYYBBBB.",
        ".BBBBYYYYYYBBBB.", ".BBBBBYYYYBBBBB.", ".BBBBBBBBBBBBBB.", "................",
    ]

    /// A header, the one picture's place in the file, and a bitmap of 32 bits a point, the lowest line first, with an empty mask.
    static let bytes: [UInt8] = {
        var picture = number(40, 4) + number(16, 4) + number(32, 4) + number(1, 2) + number(32, 2) + number(0, 24)
        for line in points.reversed() {
            for point in line.utf8 {
                switch point {
                case UInt8(ascii: "B"): picture += [0x0e, 0x2e, 0x7a, 0xff]
                case UInt8(ascii: "Y"): picture += [0x47, 0xb3, 0xff, 0xff]
                default: picture += [0, 0, 0, 0]
                }
            }
        }
        picture += number(0, 64)
        let place = [16, 16, 0, 0] + number(1, 2) + number(32, 2) + number(picture.count, 4) + number(22, 4)
        return number(0, 2) + number(1, 2) + number(1, 2) + place + picture
    }()

    /// The lowest byte first.
    private static func number(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }
}
