using System.Diagnostics;
using System.Net.WebSockets;
using Disruptor;

namespace LowLatency.FeedBench;

/// <summary>The usual way: ReceiveAsync of the framework's WebSocket into one array, and a serializer on each message.</summary>
internal static class Peer
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Receives and decodes so many messages.</summary>
    /// <returns>The checksum and when the last one was decoded, by both clocks.</returns>
    public static async Task<(long Sum, long Ended, long EndedCpu)> ReceiveAsync<T>(WebSocket socket, T format, int expected, Schedule? schedule = null)
        where T : IFormat
    {
        byte[] buffer = new byte[BufferBytes];
        ValueRingBuffer<Decoded> ring = Sink<T>.NewRing();
        long sum = 0;
        for (int i = 0; i < expected; i++)
        {
            int length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).ConfigureAwait(false);
                length += received.Count;
            }
            while (!received.EndOfMessage);
            long returned = schedule is null ? 0 : Stopwatch.GetTimestamp();
            long one = format.Peer(buffer.AsMemory(0, length));
            sum = unchecked(sum + one);
            if (schedule is not null)
            {
                long decoded = Stopwatch.GetTimestamp();
                Sink<T>.Publish(ring, i, one);
                schedule.Note(i, decoded - returned);
            }
        }

        return (sum, Stopwatch.GetTimestamp(), CpuClock.Process);
    }

    /// <summary>Connects, begins and receives.</summary>
    public static async Task<(long Sum, long Ended, long EndedCpu)> ReceiveAsync<T>(Blaster server, T format, int expected, Schedule? schedule = null)
        where T : IFormat
    {
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(server.Endpoint, CancellationToken.None).ConfigureAwait(false);
        server.Begin();
        return await ReceiveAsync(socket, format, expected, schedule).ConfigureAwait(false);
    }
}
