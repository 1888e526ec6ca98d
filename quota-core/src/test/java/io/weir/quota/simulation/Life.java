package io.weir.quota.simulation;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/// One life of a node, and its timer: what belongs to it happens only while it lives, and while it
/// is frozen it waits.
final class Life implements Scheduler {

    private final Events events;
    private final SkewedClock clock;
    private final ArrayDeque<Runnable> frozen = new ArrayDeque<>();
    private boolean alive = true;
    private boolean running = true;
    private boolean ending;
    private long thawedAt;

    Life(Events events, SkewedClock clock) {
        this.events = events;
        this.clock = clock;
    }

    boolean isAlive() {
        return alive;
    }

    boolean isRunning() {
        return alive && running;
    }

    /// Whether it was never frozen after that instant.
    boolean ranSince(long time) {
        return isRunning() && thawedAt <= time;
    }

    void run(Runnable action) {
        if (isRunning()) {
            action.run();
        } else if (alive) {
            frozen.add(action);
        }
    }

    /// From now on requests under way count at their reservation, whatever becomes of them.
    void end() {
        ending = true;
    }

    boolean isEnding() {
        return ending;
    }

    void kill() {
        alive = false;
        frozen.clear();
    }

    void freeze() {
        running = false;
    }

    void thaw() {
        running = true;
        thawedAt = events.now();
        while (isRunning() && !frozen.isEmpty()) {
            frozen.remove().run();
        }
    }

    @Override
    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        var timer = new Timer(task, 0);
        timer.start(unit.toNanos(delay));
        return timer;
    }

    @Override
    public Disposable schedulePeriodically(
            Runnable task, long initialDelay, long period, TimeUnit unit) {
        var timer = new Timer(task, unit.toNanos(period));
        timer.start(unit.toNanos(initialDelay));
        return timer;
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(clock.getAsLong(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Worker createWorker() {
        return new OwnTimers();
    }

    @Override
    public void dispose() {}

    private final class Timer implements Disposable {

        private final Runnable task;
        private final long period;
        private boolean disposed;

        Timer(Runnable task, long period) {
            this.task = task;
            this.period = period;
        }

        void start(long delay) {
            events.in(clock.real(delay), () -> run(this::fire));
        }

        private void fire() {
            if (disposed) {
                return;
            }
            if (period > 0) {
                start(period);
            }
            task.run();
        }

        @Override
        public void dispose() {
            disposed = true;
        }

        @Override
        public boolean isDisposed() {
            return disposed;
        }
    }

    private final class OwnTimers implements Worker {

        private final ArrayDeque<Disposable> timers = new ArrayDeque<>();

        @Override
        public Disposable schedule(Runnable task) {
            return own(Life.this.schedule(task));
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return own(Life.this.schedule(task, delay, unit));
        }

        @Override
        public Disposable schedulePeriodically(
                Runnable task, long initialDelay, long period, TimeUnit unit) {
            return own(Life.this.schedulePeriodically(task, initialDelay, period, unit));
        }

        private Disposable own(Disposable timer) {
            timers.add(timer);
            return timer;
        }

        @Override
        public void dispose() {
            timers.forEach(Disposable::dispose);
        }
    }
}
