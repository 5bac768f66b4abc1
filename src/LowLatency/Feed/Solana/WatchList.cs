namespace LowLatency.Feed.Solana;

/// <summary>
/// The watched pools, bounded: the one that was heard of least recently makes room, if that was long enough ago. Each
/// operation is O(1) but for <see cref="Count"/> walks. Owned by the session; allocates only where a place is used first.
/// </summary>
internal sealed class WatchList
{
    private const int End = -1;

    private readonly WatchedPool?[] _pools;
    private readonly int[] _newer;
    private readonly int[] _older;
    private readonly Dictionary<PublicKey, int> _places;
    private readonly Stack<int> _free;
    private int _newest = End;
    private int _oldest = End;

    public WatchList(int capacity)
    {
        _pools = new WatchedPool?[capacity];
        _newer = new int[capacity];
        _older = new int[capacity];
        _places = new Dictionary<PublicKey, int>(capacity);
        _free = new Stack<int>(capacity);
        for (int place = capacity - 1; place >= 0; place--)
        {
            _free.Push(place);
        }
    }

    public int Count => _places.Count;

    public bool IsFull => _free.Count == 0;

    /// <summary>The place of the pool that was heard of least recently; -1 if there is none.</summary>
    public int Oldest => _oldest;

    /// <summary>The pool before this one in the order of <see cref="Oldest"/>; -1 after the newest.</summary>
    public int Newer(int place) => _newer[place];

    public WatchedPool this[int place] => _pools[place]!;

    public bool TryFind(PublicKey account, out int place) => _places.TryGetValue(account, out place);

    /// <summary>Takes a free place: there must be one.</summary>
    public int Add(PublicKey account)
    {
        int place = _free.Pop();
        WatchedPool pool = _pools[place] ??= new WatchedPool();
        pool.Account = account;
        pool.Generation++;
        pool.Forget();
        _places.Add(account, place);
        Link(place);
        return place;
    }

    public void Remove(int place)
    {
        _places.Remove(_pools[place]!.Account);
        Unlink(place);
        _free.Push(place);

        // Answers that are still under way are for nobody.
        _pools[place]!.Generation++;
    }

    /// <summary>The pool was heard of.</summary>
    public void Touch(int place)
    {
        if (place != _newest)
        {
            Unlink(place);
            Link(place);
        }
    }

    private void Link(int place)
    {
        _newer[place] = End;
        _older[place] = _newest;
        if (_newest == End)
        {
            _oldest = place;
        }
        else
        {
            _newer[_newest] = place;
        }

        _newest = place;
    }

    private void Unlink(int place)
    {
        (int newer, int older) = (_newer[place], _older[place]);
        if (newer == End)
        {
            _newest = older;
        }
        else
        {
            _older[newer] = older;
        }

        if (older == End)
        {
            _oldest = newer;
        }
        else
        {
            _newer[older] = newer;
        }
    }
}
