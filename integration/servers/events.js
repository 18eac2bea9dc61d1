// Stores the events of one session, so that a broken stream can be resumed.
export class Events {
  #sent = [];

  async storeEvent(stream, message) {
    this.#sent.push({ stream, message });
    return String(this.#sent.length);
  }

  async getStreamIdForEventId(id) {
    return this.#sent[Number(id) - 1]?.stream;
  }

  async replayEventsAfter(last, { send }) {
    const stream = await this.getStreamIdForEventId(last);
    for (const [index, event] of this.#sent.entries()) {
      // an event without a message only carries its id
      if (index >= Number(last) && event.stream === stream && event.message.jsonrpc) {
        await send(String(index + 1), event.message);
      }
    }
    return stream;
  }
}
