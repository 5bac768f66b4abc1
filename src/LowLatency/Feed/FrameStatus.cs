namespace LowLatency.Feed;

/// <summary>What <see cref="WebSocketFrameDecoder"/> found.</summary>
public enum FrameStatus : byte
{
    /// <summary>All the bytes were taken; what they began is not whole yet.</summary>
    NeedMore,

    /// <summary>A whole data message.</summary>
    Message,

    /// <summary>A ping; the payload goes back in a pong.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The server closes; <see cref="WebSocketFrameDecoder.CloseCode"/> says why, the payload is its reason.</summary>
    Close,

    /// <summary>The server broke the protocol; <see cref="WebSocketFrameDecoder.CloseCode"/> is to be sent.</summary>
    Violation,
}
