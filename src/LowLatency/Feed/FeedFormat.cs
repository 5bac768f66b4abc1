namespace LowLatency.Feed;

/// <summary>What a feed's text messages are. A binary message is always a MessagePack snapshot (<see cref="SnapshotPack"/>).</summary>
public enum FeedFormat : byte
{
    /// <summary>One JSON pool snapshot a message.</summary>
    Json,

    /// <summary>Socket.IO 4 packets whose events carry JSON pool snapshots.</summary>
    SocketIo,

    /// <summary>A Solana node's PubSub: pools are discovered, their vaults subscribed and joined.</summary>
    Solana,
}
