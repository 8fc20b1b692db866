import Bellhop
import NIOCore
import Store
import Streaming

// Answers, in the order of the requests.
extension Connection {
  /// Larger answers get a buffer of their own.
  private static let small = 16_384

  /// Notes what became of a request; true where that is the first news since the last writing.
  func settle(_ serial: Int, _ news: News) -> Bool {
    let offset = serial - first
    guard offset >= 0, offset < slots.count, context != nil else { return false }
    let slot = slots[slots.index(slots.startIndex, offsetBy: offset)]
    switch news {
    case .kept(.success(let acceptances), let events):
      if let events { slot.events = events }
      slot.state = .kept(acceptances)
    case .kept(.failure(let error), _): slot.state = .reply(responder.refusal(responder.trouble(error), slot.purpose))
    case .reply(let reply): slot.state = .reply(reply)
    case .piece(let bytes):
      guard case .streaming(let before) = slot.state else { return false }
      if stuckSince != nil, slot.leftOut != nil {
        if !StreamSource.isHeartbeat(bytes) { slot.missed += 1 }
        return false
      }
      slot.state = .streaming(before + bytes)
    case .end:
      guard case .streaming(let last) = slot.state else { return false }
      slot.state = .streamed(last)
      stream?.stop()
      stream = nil
    case .stirred:
      guard case .following = slot.state else { return false }
    case .broken:
      cut()
      return false
    }
    defer { isDue = true }
    return !isDue
  }

  /// Writes all that can be written, in one go, and lets begin what has waited for it.
  func pour() {
    guard isDue, let context else { return }
    group.out.clear()
    var isWritten = false
    repeat {
      isDue = false
      promote(context, &isWritten)
      takeHeld()
      beginLong()
    } while isDue
    let isEnd = if case .closing = ending { slots.isEmpty } else { false }
    let isRest = group.out.readableBytes > 0
    if isEnd {
      if isRest { context.write(wrapOutboundOut(group.out), promise: nil) }
      // Without an answer there is nothing to wait for.
      if isWritten || isRest { linger(context) } else { cut() }
    } else if isRest {
      context.writeAndFlush(wrapOutboundOut(group.out), promise: nil)
    } else if isWritten {
      context.flush()
    }
    readOn()
  }

  /// Writes the answers at the front that are there.
  private func promote(_ context: ChannelHandlerContext, _ isWritten: inout Bool) {
    while let slot = slots.first {
      switch slot.state {
      case .open:
        if slot.owesContinue {
          slot.owesContinue = false
          group.out.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        }
        return
      case .kept(let acceptances):
        if case .hook(let hook) = slot.purpose, let reply = responder.accepted(acceptances, of: slot.events, to: hook) {
          write(reply, slot.manner, context, &isWritten)
        } else {
          write(acceptances, to: slot)
        }
      case .reply(let reply):
        // Without chunks only the end of the connection tells the end of a stream.
        if reply.isOpen, slot.manner.isOld { slot.manner.isLast = true }
        // Who is sent away is to see that the connection ends.
        if reply.follower != nil { slot.manner.isLast = true }
        write(reply, slot.manner, context, &isWritten)
        if let source = reply.stream {
          slot.leftOut = reply.leftOut
          return begin(source)
        }
        if let follower = reply.follower { return begin(follower) }
        if let pages = reply.pages, !slot.manner.isBare {
          slot.state = .streaming([])
          stream = StreamSource(pages, to: self, first)
          if group.quiescedAt != nil { stream?.stop() }
          return
        }
      case .streaming(let bytes):
        if slot.missed > 0, stuckSince == nil, let leftOut = slot.leftOut {
          write(chunk: leftOut(slot.missed), slot.manner)
          slot.missed = 0
        }
        write(chunk: bytes, slot.manner)
        slot.state = .streaming([])
        return
      case .following(let mailbox):
        guard pass(mailbox, slot.manner) else { return }
      case .streamed(let bytes):
        write(chunk: bytes, slot.manner)
        if !slot.manner.isOld { group.out.writeStaticString("0\r\n\r\n") }
      }
      pop(slot)
    }
  }

  private func pop(_ slot: Slot) {
    slot.timer?.cancel()
    slots.removeFirst()
    first += 1
    if slot.manner.isLast { ending = .closing }
    guard slots.isEmpty else { return }
    isHolding = false
    if case .between = place { since = .now() }
  }

  private func write(_ acceptances: [Acceptance], to slot: Slot) {
    group.stamp()
    group.text.removeAll(keepingCapacity: group.text.capacity <= Self.small)
    Responder.write(acceptances, of: slot.events, to: &group.text)
    if slot.manner.isPlain {
      group.out.writeBytes(group.acceptedHead(of: group.text.count))
      group.out.writeBytes(group.text)
    } else {
      Reply(status: 202, contentType: "application/json", body: group.text).write(to: &group.out, date: group.dateText, slot.manner)
    }
  }

  private func write(_ reply: Reply, _ manner: Manner, _ context: ChannelHandlerContext, _ isWritten: inout Bool) {
    group.stamp()
    guard reply.body.count > Self.small else { return reply.write(to: &group.out, date: group.dateText, manner) }
    context.write(wrapOutboundOut(group.out), promise: nil)
    group.out.clear()
    var own = context.channel.allocator.buffer(capacity: reply.body.count + 512)
    reply.write(to: &own, date: group.dateText, manner)
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.whenComplete { [share = reply.share] _ in withExtendedLifetime(share) {} }
    context.write(wrapOutboundOut(own), promise: promise)
    isWritten = true
  }

  /// https://www.rfc-editor.org/rfc/rfc9112#section-7.1
  private func write(chunk bytes: [UInt8], _ manner: Manner) { write(chunk: [bytes], manner) }

  /// The same of several pieces.
  private func write(chunk pieces: [[UInt8]], _ manner: Manner) {
    let count = pieces.reduce(0) { $0 + $1.count }
    guard count > 0 else { return }
    if !manner.isOld { group.out.writeString("\(String(count, radix: 16))\r\n") }
    for piece in pieces { group.out.writeBytes(piece) }
    if !manner.isOld { group.out.writeStaticString("\r\n") }
  }

  private func begin(_ source: AsyncStream<[UInt8]>) {
    slots[slots.startIndex].state = .streaming([])
    stream = StreamSource(source, to: self, first)
    if group.quiescedAt != nil { stream?.stop() }
  }

  private func begin(_ follower: Follower) {
    slots[slots.startIndex].state = .following(follower.reader.mailbox)
    self.follower = FollowerPulse(follower, of: self, first)
    // Else the system would take in megabytes for one who does not read, and nobody would notice.
    _ = context?.channel.setOption(.socketOption(.so_sndbuf), value: SocketOptionValue(Self.portion))
    if group.quiescedAt != nil { follower.reader.mailbox.finish() }
  }

  /// Bytes that are taken out at a time, so that one who has much to read leaves the others their turns.
  private static let portion = 65_536

  /// Writes some of what waits, as far as it is taken; true at the end of it.
  private func pass(_ mailbox: StreamMailbox, _ manner: Manner) -> Bool {
    guard stuckSince == nil else { return false }
    let taken = mailbox.take(upTo: Self.portion)
    write(chunk: taken.pieces, manner)
    if taken.isMore { group.deliver(.stirred, to: self, first) }
    guard taken.isEnd else { return false }
    if !manner.isOld { group.out.writeStaticString("0\r\n\r\n") }
    follower?.stop()
    follower = nil
    return true
  }

  /// A request that needs a task begins when all before it is answered, and those answers are being taken.
  private func beginLong() {
    guard slots.count == 1, stuckSince == nil, let call = long else { return }
    long = nil
    let (group, serial) = (group, first)
    Task {
      guard let sender = call.sender else {
        return group.deliver(.reply(await group.responder.answer(call)), to: self, serial)
      }
      do throws(ProblemDocument) {
        let events = try group.responder.events(call.body, call.head, of: sender, call.purpose, call.rules)
        if events.isEmpty, call.purpose.hook != nil { return group.deliver(.kept(.success([]), []), to: self, serial) }
        group.responder.acceptor.accept(events) { [share = call.share] result in
          share?.giveBack()
          group.deliver(.kept(result, events), to: self, serial)
        }
      } catch {
        call.share?.giveBack()
        group.deliver(.reply(group.responder.refusal(error, call.purpose)), to: self, serial)
      }
    }
  }

  /// Closes our side behind the last answer. What still comes in is thrown away, so that it does not turn into a reset that eats the answer.
  private func linger(_ context: ChannelHandlerContext) {
    ending = .lingering
    since = nil
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { _ in
      if self.hasSaidAll { return self.cut() }
      self.since = .now()
      self.context?.close(mode: .output, promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: promise)
  }
}
