/** What the text stream has read: all of the words that it knows. */
export const FABLES = `
A fox came to a river and wanted to see the other side. The river was wide and the fox was small, so the fox sat down
and waited for the water to become less. All day the water came down from the hills. In the evening the fox asked the
river when it would end. The river said that it had never thought about the end, only about the next bend.
A miller had a gate in the stream above his mill. When the gate was open the wheel turned, and when the gate was closed
the wheel stood still. One night the rain came down from the hills and the stream was wild. The miller opened the gate a
little, and then a little more, and the wheel turned as it had always turned. In the morning the neighbours asked how
the mill had lived through the night. The miller said that the gate was small and the stream was patient.
A crow found a jar with a little water in it. The jar was deep and the crow was thirsty, so the crow looked for a stone
and dropped it into the jar. The water came up a little. The crow dropped another stone and then another, one at a time,
and the water came up to the bird. The fox, who had seen it all, said that one big stone would have been quicker. The crow
said that one big stone would have broken the jar.
A hare and a snail wanted to bring a letter to the other side of the hill. The hare waited until the letter was written
to its end. The snail took the first word and began to walk. When the hare came with the whole letter, the snail stood at
the door and had read it all aloud, one word at a time. The neighbours said that they had never waited for the snail.
An old woman had a well, and every day the whole village came for water. A young man said that it would be better to
carry all of the water to the village at once. He looked for a jar that was big enough, and he looked all day. In the
evening the old woman asked him for his cup, and gave him some water. The young man said that he had never thought about
the cup.
`;
