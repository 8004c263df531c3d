import CCurl
import CHiredis
import CPostgres

/// The versions of the C libraries, for `hearth version` and support.
package enum DriverVersions {
    /// libcurl with the libraries it was built with: `libcurl/7.88.1 OpenSSL/3.0.19 …`; the one that is loaded.
    package static var curl: String {
        // The text is a constant of the library.
        unsafe String(cString: curl_version())
    }

    /// hiredis `0.14.1`; the one whose headers were compiled, because the library cannot be asked.
    package static var hiredis: String { "hiredis/\(HIREDIS_MAJOR).\(HIREDIS_MINOR).\(HIREDIS_PATCH)" }

    /// libpq `15.20`; the one that is loaded.
    package static var libpq: String {
        let number = PQlibVersion()
        return "libpq/\(number / 10_000).\(number % 10_000)"
    }

    package static var all: [String] { [curl, hiredis, libpq] }
}
