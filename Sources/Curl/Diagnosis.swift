import Bellhop
import CCurl
import Glibc

/// What libcurl's error means. Names hosts, ports and paths of sockets; never a URL. https://curl.se/libcurl/c/libcurl-errors.html
struct Diagnosis {
  var code: CURLcode
  /// `host:port`, or the socket.
  var peer: String
  /// `host:port` of the proxy, where there is one.
  var proxy: String?
  /// What the proxy answered to `CONNECT`; 0 for nothing.
  var proxyStatus = 0
  /// `errno` of the failed connection.
  var systemError: Int32 = 0
  /// libcurl's own words.
  var detail = ""
  /// Whether the request had begun.
  var sent = false
  /// The answer's status, as far as it came; 0 for nothing.
  var status = 0
  var timeout: Duration
  var connectTimeout: Duration

  var fault: Fault {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      Fault(.unreachable, "the name of \(peer) cannot be resolved: check it, and the name servers")
    case CURLE_COULDNT_RESOLVE_PROXY:
      Fault(.unreachable, "the name of the proxy \(proxy ?? "") cannot be resolved: check http_proxy and https_proxy")
    case CURLE_COULDNT_CONNECT: unconnected
    case CURLE_OPERATION_TIMEDOUT: late
    case CURLE_SSL_CACERT_BADFILE:
      Fault(.misconfigured, "the file of trusted certificates for \(peer) cannot be read: \(detail)")
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED:
      Fault(.tls, "TLS with \(peer) failed: \(detail.isEmpty ? words : detail)")
    case CURLE_PROXY,
      CURLE_SEND_ERROR where proxyRefused, CURLE_RECV_ERROR where proxyRefused:
      Fault(
        proxyStatus == 407 ? .unauthorized : .unreachable,
        "the proxy \(proxy ?? "") would not connect to \(peer)\(proxyStatus > 0 ? ": it answered \(proxyStatus)" : "")")
    case CURLE_GOT_NOTHING:
      Fault(.dropped, "\(peer) closed the connection without an answer")
    case CURLE_PARTIAL_FILE, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_SEND_FAIL_REWIND, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      Fault(sent ? .dropped : .unreachable, broken)
    case CURLE_UNSUPPORTED_PROTOCOL where !sent, CURLE_URL_MALFORMAT:
      Fault(.misconfigured, "libcurl does not understand the URL of \(peer)")
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
      Fault(.unintelligible, "what \(peer) answered makes no sense")
    default:
      Fault(.internal, "libcurl failed with \(peer): \(words) (\(code.rawValue))")
    }
  }

  private var words: String { String(cString: curl_easy_strerror(code)) }

  private var proxyRefused: Bool { proxy != nil && !sent && !(200..<300).contains(proxyStatus) && proxyStatus != 0 }

  private var unconnected: Fault {
    let place = proxy.map { "the proxy \($0) on the way to \(peer)" } ?? peer
    return switch systemError {
    case ECONNREFUSED: Fault(.unreachable, "connection refused by \(place): is it running?")
    case ENOENT: Fault(.unreachable, "there is no file for \(place): is its server running?")
    case EACCES, EPERM: Fault(.unreachable, "no permission to connect to \(place)")
    case EHOSTUNREACH, ENETUNREACH: Fault(.unreachable, "there is no route to \(place)")
    case 0: Fault(.unreachable, "no connection to \(place)")
    default: Fault(.unreachable, "no connection to \(place): \(String(cString: strerror(systemError)))")
    }
  }

  private var late: Fault {
    guard sent else {
      return Fault(.unreachable, "no connection to \(proxy.map { "the proxy \($0)" } ?? peer) within \(connectTimeout.spoken)")
    }
    return Fault(
      .timeout,
      status > 0
        ? "the answer of \(peer) (\(status)) was not whole within \(timeout.spoken)" : "no answer from \(peer) within \(timeout.spoken)")
  }

  private var broken: String {
    if !sent { return "the connection to \(peer) broke before the request" }
    return status > 0
      ? "\(peer) closed the connection in the middle of its answer (\(status))" : "the connection to \(peer) broke before an answer"
  }
}

extension Duration {
  /// For libcurl: whole, at least 1 (0 would be its default) and at most 24 days.
  var milliseconds: Int { Int(max(1, min(Int64(Int32.max), (microseconds + 999) / 1000))) }

  /// `2 s`, `150 ms`.
  fileprivate var spoken: String { milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms" }
}
