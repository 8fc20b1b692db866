// The baseline of `accept`: the same HTTP server, reading a body and throwing it away.
import Hummingbird
import NIOCore

let responder = CallbackResponder<BasicRequestContext> { request, _ in
  var bytes = 0
  for try await buffer in request.body { bytes += buffer.readableBytes }
  return Response(status: .accepted, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(string: "{}")))
}
let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8490
try await Application(responder: responder, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port))).run()
