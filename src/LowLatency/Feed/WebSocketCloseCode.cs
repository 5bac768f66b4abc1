namespace LowLatency.Feed;

/// <summary>Close codes of RFC 6455, section 7.4.1, and of the registry that it founded.</summary>
public static class WebSocketCloseCode
{
    /// <summary>The purpose is fulfilled.</summary>
    public const ushort Normal = 1000;

    /// <summary>The server goes down, or the page is left.</summary>
    public const ushort GoingAway = 1001;

    /// <summary>A frame that the protocol does not allow.</summary>
    public const ushort ProtocolError = 1002;

    /// <summary>A kind of data that is not accepted.</summary>
    public const ushort UnsupportedData = 1003;

    /// <summary>Never sent: the close frame carried no code.</summary>
    public const ushort NoStatus = 1005;

    /// <summary>Never sent: the connection went without a close frame.</summary>
    public const ushort Abnormal = 1006;

    /// <summary>Text that is no UTF-8, or data that does not decompress.</summary>
    public const ushort InvalidPayload = 1007;

    /// <summary>The client does what the server does not allow.</summary>
    public const ushort PolicyViolation = 1008;

    /// <summary>A message beyond the limit.</summary>
    public const ushort MessageTooBig = 1009;

    /// <summary>An extension that the other side needs and did not get.</summary>
    public const ushort MandatoryExtension = 1010;

    /// <summary>The server met something unexpected.</summary>
    public const ushort InternalError = 1011;

    /// <summary>The server restarts.</summary>
    public const ushort ServiceRestart = 1012;

    /// <summary>The server is overloaded.</summary>
    public const ushort TryAgainLater = 1013;

    /// <summary>Whether a close frame may carry <paramref name="code"/>.</summary>
    public static bool MayBeSent(ushort code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
