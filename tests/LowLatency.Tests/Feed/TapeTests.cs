using System.Text;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

public sealed class TapeTests
{
    [Fact]
    public void What_was_recorded_comes_back_in_its_order()
    {
        Recorded live = new();
        byte[] tape = Record(live, static sink =>
        {
            sink.OnConnected(IFeedSender.Nobody);
            sink.OnMessage("one"u8, isText: true, System.Diagnostics.Stopwatch.GetTimestamp());
            sink.OnMessage([0x9E, 0], isText: false, System.Diagnostics.Stopwatch.GetTimestamp());
            sink.OnInterrupted();
            sink.OnConnected(IFeedSender.Nobody);
            sink.OnMessage(new byte[100_000], isText: true, System.Diagnostics.Stopwatch.GetTimestamp());
            sink.OnMessage([], isText: true, System.Diagnostics.Stopwatch.GetTimestamp());
        }, FeedFormat.SocketIo);
        Recorded again = new();
        using TapeReader reader = new(new MemoryStream(tape));
        TapeReplayResult result = TapeReplay.Run(reader, again, again.Clock, TestContext.Current.CancellationToken);

        Assert.Equal(FeedFormat.SocketIo, reader.Format);
        Assert.Equal((4, 0, TapeEnd.Whole), (result.Messages, result.Lost, result.End));
        Assert.Equal(live.Lines, again.Lines);
        Assert.Equal(7, again.Lines.Count);
        Assert.Equal(tape.Length, reader.GoodBytes);
    }

    [Fact]
    public void A_tape_torn_at_any_byte_gives_every_whole_record_before()
    {
        byte[] tape = Small();
        int[] ends = Ends(tape);
        for (int length = ends[0]; length < tape.Length; length++)
        {
            (int records, TapeEnd end, long good) = Read(tape[..length]);
            int whole = Array.FindLastIndex(ends, e => e <= length);
            Assert.Equal((whole, ends[whole] == length ? TapeEnd.Whole : TapeEnd.TornTail, ends[whole]), (records, end, good));
        }
    }

    [Fact]
    public void A_tape_with_one_wrong_bit_ends_before_it()
    {
        byte[] tape = Small();
        int[] ends = Ends(tape);
        for (int at = ends[0]; at < tape.Length; at++)
        {
            byte[] damaged = [.. tape];
            damaged[at] ^= 0x10;
            (int records, TapeEnd end, _) = Read(damaged);
            Assert.Equal(Array.FindLastIndex(ends, e => e <= at), records);
            Assert.True(end is TapeEnd.WrongChecksum or TapeEnd.BadRecord or TapeEnd.TornTail);
        }
    }

    [Fact]
    public void What_is_no_tape_is_refused_with_a_reason()
    {
        byte[] tape = Small();
        byte[] newer = [.. tape];
        newer[6] = 9;
        byte[] strange = [.. tape];
        strange[8] = 77;
        foreach (byte[] bytes in new[] { [], tape[..23], Encoding.ASCII.GetBytes("SQLite format 3, and something more"), newer, strange })
        {
            InvalidDataException e = Assert.Throws<InvalidDataException>(() => new TapeReader(new MemoryStream(bytes)));
            Assert.StartsWith("the tape cannot be read: it", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_full_buffer_drops_and_says_so_or_waits()
    {
        byte[] message = new byte[100];
        using HeldStream held = new();
        Recorded live = new();
        TapeWriter tape = new(held, FeedFormat.Json, live, live.Clock, TapeFullPolicy.Drop, bufferBytes: 1_000);
        for (int i = 0; i < 200; i++)
        {
            tape.OnMessage(message, isText: true, System.Diagnostics.Stopwatch.GetTimestamp());
        }

        Assert.True(tape.Lost > 0);
        held.Release();
        SpinWait.SpinUntil(() =>
        {
            long before = tape.Recorded;
            tape.OnMessage(message, isText: true, System.Diagnostics.Stopwatch.GetTimestamp());
            return tape.Recorded > before;
        }, TimeSpan.FromSeconds(10));
        tape.Dispose();
        Recorded again = new();
        using TapeReader reader = new(new MemoryStream(held.Written));
        TapeReplayResult result = TapeReplay.Run(reader, again, again.Clock, TestContext.Current.CancellationToken);
        Assert.Equal((tape.Recorded, tape.Lost, TapeEnd.Whole), (result.Messages, result.Lost, result.End));
        Assert.Equal(live.Lines.Count, tape.Recorded + tape.Lost);

        byte[] whole = Record(new Recorded(), sink =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                sink.OnMessage(message, isText: true, System.Diagnostics.Stopwatch.GetTimestamp());
            }
        }, FeedFormat.Json, TapeFullPolicy.Wait, bufferBytes: 1_000);
        Assert.Equal(5_000, Read(whole).Records);
    }

    [Theory]
    [InlineData(TapeFullPolicy.Drop)]
    [InlineData(TapeFullPolicy.Wait)]
    public void A_file_that_fails_ends_the_recording_and_not_the_feed(TapeFullPolicy policy)
    {
        Recorded live = new();
        using HeldStream broken = new() { Fails = true };
        broken.Release();
        using TapeWriter tape = new(broken, FeedFormat.Json, live, live.Clock, policy, bufferBytes: 1_000);
        for (int i = 0; i < 5_000; i++)
        {
            tape.OnMessage(new byte[100], isText: true, System.Diagnostics.Stopwatch.GetTimestamp());
        }

        tape.Dispose();
        Assert.Equal(5_000, live.Lines.Count);
        Assert.Equal("no space", tape.Failure);
    }

    [Fact]
    public void The_clock_stands_at_the_arrival_both_times()
    {
        List<long> live = [];
        List<long> replayed = [];
        Recorded sink = new();
        sink.OnMessageDo = () => live.Add(sink.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        byte[] tape = Record(sink, static tape =>
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            foreach (int later in (ReadOnlySpan<int>)[0, 5, 3, 1_000, 999_999])
            {
                tape.OnMessage("x"u8, isText: true, start + (later * System.Diagnostics.Stopwatch.Frequency / 1_000));
            }
        });
        Recorded again = new();
        again.OnMessageDo = () => replayed.Add(again.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        using TapeReader reader = new(new MemoryStream(tape));
        TapeReplay.Run(reader, again, again.Clock, TestContext.Current.CancellationToken);
        Assert.Equal(live, replayed);
        Assert.Equal(5, live.Count);
        Assert.Equal(live.Order(), live);
    }

    private static byte[] Small() => Record(new Recorded(), static sink =>
    {
        sink.OnConnected(IFeedSender.Nobody);
        sink.OnMessage("hello, tape"u8, isText: true, System.Diagnostics.Stopwatch.GetTimestamp());
        sink.OnMessage([1, 2, 3], isText: false, System.Diagnostics.Stopwatch.GetTimestamp());
    });

    private static byte[] Record(Recorded live, Action<IFeedSink> feed, FeedFormat format = FeedFormat.Json, TapeFullPolicy policy = TapeFullPolicy.Drop, int bufferBytes = TapeWriter.DefaultBufferBytes)
    {
        using HeldStream file = new();
        file.Release();
        using (TapeWriter tape = new(file, format, live, live.Clock, policy, bufferBytes))
        {
            feed(tape);
        }

        return file.Written;
    }

    // Where the file's header and each record end.
    private static int[] Ends(byte[] tape)
    {
        List<int> ends = [24];
        while (ends[^1] < tape.Length)
        {
            ends.Add(ends[^1] + 20 + BitConverter.ToInt32(tape, ends[^1]));
        }

        return [.. ends];
    }

    private static (int Records, TapeEnd End, long GoodBytes) Read(byte[] bytes)
    {
        using TapeReader reader = new(new MemoryStream(bytes));
        int records = 0;
        while (reader.TryRead(out _))
        {
            records++;
        }

        return (records, reader.End, reader.GoodBytes);
    }

    private sealed class Recorded : IFeedSink
    {
        public List<string> Lines { get; } = [];

        public TapeClock Clock { get; } = new();

        public Action? OnMessageDo { get; set; }

        public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp)
        {
            Lines.Add($"{isText} {Convert.ToHexString(payload)}");
            OnMessageDo?.Invoke();
        }

        public void OnBatchEnd()
        {
        }

        public void OnConnected(IFeedSender sender) => Lines.Add("connected");

        public void OnInterrupted() => Lines.Add("interrupted");
    }

    /// <summary>A file that takes nothing beyond the tape's header until it is released.</summary>
    private sealed class HeldStream : MemoryStream
    {
        private readonly ManualResetEventSlim _released = new();

        public bool Fails { get; init; }

        public byte[] Written => ToArray();

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Position > 0)
            {
                _released.Wait(TimeSpan.FromSeconds(30));
                if (Fails)
                {
                    throw new IOException("no space");
                }
            }

            base.Write(buffer);
        }
    }
}
